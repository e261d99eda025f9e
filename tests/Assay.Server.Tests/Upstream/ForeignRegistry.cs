using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Assay.Server.Tests.Upstream;

/// <summary>Another registry, on loopback, which signs what it has. Left alone it is an honest one; a test makes it lie, stall or break down.</summary>
internal sealed class ForeignRegistry : IAsyncDisposable
{
    public const string KeyId = "SHA256:foreign-key";

    public static readonly DateTimeOffset LongAgo = new(2020, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Dictionary<string, JsonObject> documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> requests = new();
    private WebApplication app = null!;

    private ForeignRegistry()
    {
    }

    public Uri Url { get; private set; } = null!;

    /// <summary>Paths in the order in which they were asked for.</summary>
    public IReadOnlyList<string> Requests => [.. requests];

    public string? LastToken { get; private set; }

    /// <summary>Answers before anything else does; a test's lie.</summary>
    public Func<HttpContext, Task<bool>> First { get; set; } = _ => Task.FromResult(false);

    /// <summary>Answers instead of everything else when set.</summary>
    public RequestDelegate? Instead { get; set; }

    /// <summary>What <c>/-/npm/v1/keys</c> answers; null for the keys.</summary>
    public RequestDelegate? KeysInstead { get; set; }

    /// <summary>When its key ends.</summary>
    public DateTimeOffset? KeyExpiresAt { get; set; }

    /// <summary>When set, whoever has another token, or none, is told that there is nothing, but for what is <see cref="Open"/>.</summary>
    public string? Token { get; set; }

    /// <summary>Paths that need no token.</summary>
    public ISet<string> Open { get; } = new HashSet<string>(StringComparer.Ordinal) { "/-/npm/v1/keys", "/-/ping" };

    /// <summary>Whom <c>/-/whoami</c> names with and without the token; null is 401, and no pair is 404.</summary>
    public (string? Holder, string? Nobody)? Names { get; set; } = ("ci", null);

    public JsonObject Document(string name) => documents[name];

    public string[] Settings => [$"--Assay:Upstream:Registries:npm:Url={Url}"];

    public static async Task<ForeignRegistry> StartAsync()
    {
        var registry = new ForeignRegistry();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var port = FreePort.Next();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        registry.Url = new Uri($"http://localhost:{port}/");
        registry.app = builder.Build();
        registry.app.Run(registry.AnswerAsync);
        await registry.app.StartAsync();
        return registry;
    }

    public int Asked(string path) => requests.Count(request => request == path);

    /// <summary>Adds a version, signed and with its time.</summary>
    public byte[] Add(TestPackage package, DateTimeOffset? at = null, Action<JsonObject>? change = null, bool isSigned = true)
    {
        var tarball = package.Tarball();
        var file = $"{package.Name}/-/{package.Name.Split('/')[^1]}-{package.Version}.tgz";
        var integrity = "sha512-" + Convert.ToBase64String(SHA512.HashData(tarball));
        var version = (JsonObject)package.Manifest.DeepClone();
        version["name"] = package.Name;
        version["version"] = package.Version;
        version["dist"] = new JsonObject
        {
            ["tarball"] = $"{Url}{file}",
            ["integrity"] = integrity,
            ["shasum"] = Convert.ToHexStringLower(SHA1.HashData(tarball)),
        };
        if (isSigned)
        {
            version["dist"]!["signatures"] = new JsonArray(Signature($"{package.Name}@{package.Version}:{integrity}"));
        }
        change?.Invoke(version);
        files["/" + file] = tarball;
        if (!documents.TryGetValue(package.Name, out var document))
        {
            documents[package.Name] = document = new JsonObject
            {
                ["_id"] = package.Name,
                ["name"] = package.Name,
                ["dist-tags"] = new JsonObject(),
                ["versions"] = new JsonObject(),
                ["time"] = new JsonObject { ["created"] = Time(at ?? LongAgo), ["modified"] = Time(at ?? LongAgo) },
                ["description"] = "of elsewhere",
            };
        }
        document["versions"]![package.Version] = version;
        document["dist-tags"]![package.Tag] = package.Version;
        document["time"]![package.Version] = Time(at ?? LongAgo);
        return tarball;
    }

    public void Remove(string name) => documents.Remove(name);

    public void Serve(string path, byte[] bytes) => files[path] = bytes;

    public JsonObject Signature(string message) => new()
    {
        ["keyid"] = KeyId,
        ["sig"] = Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(message), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
    };

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = Uri.UnescapeDataString(context.Request.Path.Value!);
        requests.Enqueue(path);
        LastToken = context.Request.Headers.Authorization.ToString();
        if (Instead is { } instead)
        {
            await instead(context);
            return;
        }
        if (await First(context))
        {
            return;
        }
        if (path == "/-/npm/v1/keys" && KeysInstead is { } keys)
        {
            await keys(context);
            return;
        }
        var mayRead = Token is null || LastToken == $"Bearer {Token}";
        if (path == "/-/whoami" && Token is not null && Names is var (holder, nobody))
        {
            await NameAsync(context, mayRead ? holder : nobody);
            return;
        }
        if (!mayRead && !Open.Contains(path))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        if (Json(path)?.ToJsonString() is { } json)
        {
            await WriteAsync(context, json);
        }
        else if (files.TryGetValue(path, out var bytes))
        {
            await context.Response.Body.WriteAsync(bytes);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    private static Task NameAsync(HttpContext context, string? name)
    {
        context.Response.StatusCode = name is null ? StatusCodes.Status401Unauthorized : StatusCodes.Status200OK;
        return name is null ? Task.CompletedTask : context.Response.WriteAsync(new JsonObject { ["username"] = name }.ToJsonString());
    }

    private JsonObject? Json(string path) => path == "/-/npm/v1/keys" ? Keys() : documents.GetValueOrDefault(path[1..]);

    private JsonObject Keys() => new()
    {
        ["keys"] = new JsonArray(new JsonObject
        {
            ["expires"] = KeyExpiresAt is { } end ? Time(end) : null,
            ["keyid"] = KeyId,
            ["keytype"] = "ecdsa-sha2-nistp256",
            ["scheme"] = "ecdsa-sha2-nistp256",
            ["key"] = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()),
        }),
    };

    private static async Task WriteAsync(HttpContext context, string json)
    {
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)).AsSpan(0, 8))}\"";
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json);
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
