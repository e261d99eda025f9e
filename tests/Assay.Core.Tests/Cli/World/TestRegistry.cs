using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Core.Tests.Provenance.Log;
using Assay.Core.Tests.Provenance.World;
using Assay.Npm;
using Assay.Provenance.Log;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using LogKeys = Assay.Core.Tests.Provenance.Log.TestLog;

namespace Assay.Core.Tests.Cli;

/// <summary>A registry that speaks as much of the contract as the client needs. It is honest; a test changes one answer, or what it is made of.</summary>
internal sealed class TestRegistry : IDisposable
{
    public const string KeyId = "SHA256:registry";

    private readonly WebApplication app = Built();
    private readonly Dictionary<string, JsonObject> documents = [];
    private readonly Dictionary<string, List<(long Index, JsonObject Entry)>> logged = [];
    private readonly Dictionary<string, JsonArray> attestations = [];
    private List<byte[]> leaves = [];
    private TileStore tiles = new();

    public TestRegistry(LogKeys? log = null)
    {
        Log = log ?? new LogKeys();
        app.Run(RespondAsync);
        app.Start();
        Url = $"http://localhost:{new Uri(app.Urls.Single()).Port}/";
    }

    public string Url { get; }

    public LogKeys Log { get; set; }

    public string Origin { get; set; } = LogKeys.Origin;

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public DateTimeOffset? KeyExpires { get; set; }

    /// <summary>Keys that are listed beside the registry's own, by what they are listed as.</summary>
    public JsonArray OtherKeys { get; } = [];

    /// <summary>Without it, everybody may read.</summary>
    public string? Token { get; set; }

    public bool HasLog { get; set; } = true;

    /// <summary>The last say about an answer: by its path, and the body.</summary>
    public Func<string, byte[], byte[]?> Tamper { get; set; } = (_, body) => body;

    /// <summary>Answers before everything else, with a status and a place to go to.</summary>
    public Func<string, (int Status, string? Location)?> Interrupt { get; set; } = _ => null;

    public List<(string Path, string? Authorization)> Asked { get; } = [];

    public long Size => leaves.Count;

    /// <summary>Publishes, signs and logs a version; its bytes are its name, unless they are given.</summary>
    public Integrity Publish(string name, string version, string? bytes = null)
    {
        var integrity = IntegrityOf(bytes ?? $"{name}@{version}");
        Show(name, version, integrity, KeyId, Key.SignData(
            Encoding.UTF8.GetBytes($"{name}@{version}:{integrity}"), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        LogEvent(name, version, "publish", integrity);
        return integrity;
    }

    /// <summary>Shows a version with a signature, and logs nothing.</summary>
    public void Show(string name, string version, Integrity integrity, string keyId, byte[] signature) => documents[$"{name}@{version}"] = new JsonObject
    {
        ["name"] = name,
        ["version"] = version,
        ["dist"] = new JsonObject
        {
            ["integrity"] = $"{integrity}",
            ["tarball"] = $"{Url}{name}/-/x-{version}.tgz",
            ["signatures"] = new JsonArray(new JsonObject { ["keyid"] = keyId, ["sig"] = Convert.ToBase64String(signature) }),
        },
    };

    public void LogEvent(string name, string version, string kind, Integrity? integrity = null)
    {
        var (salt, text) = (RandomNumberGenerator.GetBytes(32), new JsonObject
        {
            ["kind"] = kind,
            ["at"] = "2026-03-01T12:00:00Z",
            ["package"] = name,
            ["version"] = version,
            ["integrity"] = integrity?.ToString(),
        }.ToJsonString());
        var commitment = Convert.ToHexStringLower(SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(text)]));
        Append(name, version, kind, Encoding.UTF8.GetBytes($$"""{"kind":"{{kind}}","commitment":"{{commitment}}"}"""), new JsonObject
        {
            ["salt"] = Convert.ToHexStringLower(salt),
            ["event"] = text,
        });
    }

    /// <summary>The registry's own statement about a version, logged and signed.</summary>
    public void Attest(string name, string version, string predicateType, JsonObject predicate) => Attest(name, version, predicateType, predicate, Key, KeyId);

    /// <summary>One that another key has signed, in the registry's log.</summary>
    public void Attest(string name, string version, string predicateType, JsonObject predicate, ECDsa key, string keyId) => List(name, version, predicateType, RegistryBundle.Make(
        this, Statement(name, version, predicateType, predicate), key, keyId, body => Append(name, version, "dsse", body, null)));

    public static JsonObject Statement(string name, string version, string predicateType, JsonObject predicate) => new()
    {
        ["_type"] = "https://in-toto.io/Statement/v1",
        ["subject"] = new JsonArray(TestBundle.Subject($"pkg:npm/{name.Replace("@", "%40", StringComparison.Ordinal)}@{version}", "sha512", IntegrityOf($"{name}@{version}").Hex)),
        ["predicateType"] = predicateType,
        ["predicate"] = predicate,
    };

    public void List(string name, string version, string predicateType, JsonObject bundle)
    {
        if (!attestations.TryGetValue($"{name}@{version}", out var list))
        {
            attestations[$"{name}@{version}"] = list = [];
        }
        list.Add(new JsonObject { ["predicateType"] = predicateType, ["bundle"] = bundle });
    }

    public TreeEdge Edge => tiles.Edge;

    public Task<InclusionProof> ProofAsync(long index) => tiles.Proofs(Size).InclusionAsync(index, TestContext.Current.CancellationToken);

    /// <summary>Another history under the same keys.</summary>
    public void Rewrite(Func<List<byte[]>, IEnumerable<byte[]>> change)
    {
        (leaves, tiles) = ([.. change(leaves)], new TileStore());
        leaves.ForEach(leaf => tiles.Append(LogHash.OfLeaf(leaf)));
    }

    public static Integrity IntegrityOf(string bytes) => Integrity.FromSha512(SHA512.HashData(Encoding.UTF8.GetBytes(bytes)));

    public void Dispose()
    {
        ((IDisposable)app).Dispose();
        Key.Dispose();
    }

    private long Append(string name, string version, string kind, byte[] leaf, JsonObject? opening)
    {
        var index = Size;
        leaves.Add(leaf);
        tiles.Append(LogHash.OfLeaf(leaf));
        if (!logged.TryGetValue($"{name}/{version}", out var entries))
        {
            logged[$"{name}/{version}"] = entries = [];
        }
        entries.Add((index, new JsonObject { ["index"] = index, ["kind"] = kind, ["leaf"] = Convert.ToBase64String(leaf), ["opening"] = opening }));
        return index;
    }

    private byte[]? Attestations(string of) =>
        attestations.TryGetValue(of, out var list) ? Json(new JsonObject { ["attestations"] = list.DeepClone() }) : null;

    private async Task<byte[]?> AnswerAsync(string path)
    {
        if (path == "-/npm/v1/keys")
        {
            return Json(new JsonObject { ["keys"] = new JsonArray([RegistryKey(), .. OtherKeys.Select(key => key!.DeepClone())]) });
        }
        if (path.StartsWith("-/npm/v1/attestations/", StringComparison.Ordinal))
        {
            return Attestations(path["-/npm/v1/attestations/".Length..]);
        }
        if (path.StartsWith("-/assay/v1/attestations/", StringComparison.Ordinal))
        {
            var (listed, version) = (path["-/assay/v1/attestations/".Length..], path.LastIndexOf('/'));
            return Attestations($"{listed[..^(path.Length - version)]}@{path[(version + 1)..]}");
        }
        if (path.StartsWith("-/assay/v1/log", StringComparison.Ordinal))
        {
            return HasLog ? await AnswerLogAsync(path["-/assay/v1/log".Length..].TrimStart('/')) : null;
        }
        return AnswerDocument(path);
    }

    private byte[]? AnswerDocument(string path)
    {
        var slash = path.LastIndexOf('/');
        var (name, version) = slash > 0 && !(path[0] == '@' && path.IndexOf('/', StringComparison.Ordinal) == slash) ? (path[..slash], path[(slash + 1)..]) : (path, "");
        if (version.Length == 0)
        {
            return Json(new JsonObject { ["name"] = name, ["time"] = new JsonObject { ["1.0.0"] = "2026-03-01T12:00:00.000Z" } });
        }
        var found = version == "latest" ? documents.Values.LastOrDefault(document => (string?)document["name"] == name) : documents.GetValueOrDefault($"{name}@{version}");
        return found is null ? null : Json(found);
    }

    private async Task<byte[]?> AnswerLogAsync(string path) => path switch
    {
        "" => Json(new JsonObject { ["origin"] = Origin, ["size"] = Size, ["keys"] = new JsonArray(LogKey($"{Log.EcdsaKey}"), LogKey($"{Log.Ed25519Key}")), ["read"] = "public" }),
        "checkpoint" => Checkpoint(),
        _ when path.StartsWith("tile/", StringComparison.Ordinal) && TilePath.TryParse(path, out var tile) && tile.IsWithin(Size) => tile.Level is null
            ? EntryBundle.Write([.. leaves.Skip((int)tile.Index * TilePath.FullWidth).Take(tile.Width).Select(leaf => (ReadOnlyMemory<byte>)leaf)])
            : tiles.Read(tile).ToArray(),
        _ when path.StartsWith("proof/", StringComparison.Ordinal) && long.TryParse(path["proof/".Length..], out var index) && index < Size =>
            new LogReceipt(await ProofAsync(index), Log.Checkpoint(tiles.Edge)).ToBytes(),
        _ when path.StartsWith("packages/", StringComparison.Ordinal) => await AnswerPackageAsync(path["packages/".Length..]),
        _ => null,
    };

    private async Task<byte[]?> AnswerPackageAsync(string path)
    {
        var entries = logged.Where(pair => pair.Key == path || pair.Key.StartsWith(path + "/", StringComparison.Ordinal)).SelectMany(pair => pair.Value).ToList();
        if (entries.Count == 0)
        {
            return null;
        }
        var shown = new JsonArray();
        foreach (var (index, entry) in entries)
        {
            var copy = entry.DeepClone();
            copy["proof"] = new JsonArray([.. (await ProofAsync(index)).Hashes.Select(hash => (JsonNode)JsonValue.Create($"{hash}"))]);
            shown.Add(copy);
        }
        return Json(new JsonObject { ["origin"] = Origin, ["checkpoint"] = Encoding.UTF8.GetString(Checkpoint()), ["entries"] = shown });
    }

    private byte[] Checkpoint() => Log.Checkpoint(tiles.Edge).ToBytes().ToArray();

    private static JsonObject LogKey(string note) => new() { ["note"] = note, ["since"] = "2026-01-01T00:00:00Z", ["until"] = null };

    private JsonObject RegistryKey() => new()
    {
        ["expires"] = KeyExpires?.ToString("O"),
        ["keyid"] = KeyId,
        ["keytype"] = "ecdsa-sha2-nistp256",
        ["scheme"] = "ecdsa-sha2-nistp256",
        ["key"] = Convert.ToBase64String(Key.ExportSubjectPublicKeyInfo()),
    };

    private static byte[] Json(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    private static WebApplication Built()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        return builder.Build();
    }

    private async Task RespondAsync(HttpContext context)
    {
        var path = Uri.UnescapeDataString(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.TrimStart('/'));
        var authorization = context.Request.Headers.Authorization.FirstOrDefault();
        lock (Asked)
        {
            Asked.Add((path, authorization));
        }
        var response = context.Response;
        if (Interrupt(path) is var (status, location))
        {
            response.StatusCode = status;
            response.Headers.Location = location;
            return;
        }
        var answer = Token is not null && authorization != $"Bearer {Token}" ? null : await AnswerAsync(path);
        var body = answer is null ? null : Tamper(path, answer);
        response.StatusCode = body is not null ? 200 : Token is not null && authorization is null ? 401 : 404;
        response.ContentLength = body?.Length ?? 0;
        await response.Body.WriteAsync(body ?? []);
    }
}
