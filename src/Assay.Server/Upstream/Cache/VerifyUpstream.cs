using System.Collections.Concurrent;
using System.Security.Cryptography;
using Assay.Npm;
using Assay.Server.Blobs;
using Assay.Server.Packages;
using Assay.Trust.Guards;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream.Cache;

/// <summary>
/// Whether the bytes that came are those that the document promises and its registry signed. Where scripts at installation are refused, the
/// tarball's own package.json is asked too: that is what clients run, whatever the document says.
/// </summary>
internal sealed class VerifyUpstream(UpstreamKeys keys, GuardRules rules, IBlobStore blobs, IOptions<PackagesOptions> limits)
{
    public const string NoSignature = "no-signature";
    public const string BadSignature = "bad-signature";

    private const int MostRemembered = 100_000;

    private readonly ConcurrentDictionary<BlobKey, bool> withoutScripts = new();

    /// <summary>What the document alone shows, before any bytes are fetched: the key that signed it, or why it is refused. Keys that are not known are asked for.</summary>
    public async Task<(string? SignedBy, TarballFinding.Refused? Refused)> PromiseAsync(UpstreamSnapshot snapshot, ForeignVersion version, CancellationToken cancellationToken)
    {
        if (version.Promised is null)
        {
            return (null, new TarballFinding.Refused("no-integrity", $"{snapshot.Document.Registry} promises no digest for it, so nobody can tell whether it is the right one"));
        }
        await keys.AskedForAsync(snapshot.Document.Registry, [version], cancellationToken);
        return await SignatureAsync(snapshot, version, cancellationToken);
    }

    /// <summary>The key that signed it by what is known now, or why it is refused; neither when nothing is known.</summary>
    public async Task<(string? SignedBy, TarballFinding.Refused? Refused)> SignatureAsync(
        UpstreamSnapshot snapshot, ForeignVersion version, CancellationToken cancellationToken)
    {
        var registry = snapshot.Document.Registry;
        return await keys.JudgeAsync(registry.Key, snapshot.Packument.Name, version, cancellationToken) switch
        {
            SignatureVerdict.Good good => (good.KeyId, null),
            SignatureVerdict.Wrong wrong => (null, new TarballFinding.Refused(BadSignature, $"its signature by the key {wrong.KeyId} of {registry} is not valid")),
            SignatureVerdict.Nothing nothing when IsNeeded(registry, nothing) && !IsReleased(snapshot, version) => (null, new TarballFinding.Refused(NoSignature, nothing.ListsKeys
                ? $"{registry} signs its versions, and this one has no signature by a key that it lists"
                : $"this registry takes only what is signed from {registry}, whose keys are not known")),
            _ => (null, null),
        };
    }

    /// <summary>Whether the bytes keep the promise.</summary>
    public async Task<TarballFinding.Refused?> RunAsync(UpstreamSnapshot snapshot, ForeignVersion version, StagedTarball staged, CancellationToken cancellationToken)
    {
        if (version.Promised is not { } promised || !promised.IsKeptBy(await DigestAsync(promised.Algorithm, staged, cancellationToken)))
        {
            return new TarballFinding.Refused("integrity-mismatch", $"{snapshot.Document.Registry} promises {version.Promised} and sent {staged.Integrity}");
        }
        return await ScriptsAsync(snapshot, version, BlobKey.FromSha512(staged.Integrity.Digest), staged.Rewound, cancellationToken);
    }

    /// <summary>The same question about one that is in the cache: it may have come when scripts were allowed, or this version was released.</summary>
    public async Task<TarballFinding.Refused?> ScriptsOfKeptAsync(UpstreamSnapshot snapshot, ForeignVersion version, BlobKey key, CancellationToken cancellationToken)
    {
        if (!MindsScripts(snapshot, version) || withoutScripts.ContainsKey(key))
        {
            return null;
        }
        await using var stream = await blobs.OpenAsync(key, cancellationToken);
        return stream is null ? null : await ScriptsAsync(snapshot, version, key, () => stream, cancellationToken);
    }

    private static bool IsNeeded(UpstreamRegistry registry, SignatureVerdict.Nothing nothing) => registry.RequireSignature switch
    {
        SignatureRequirement.Always => true,
        SignatureRequirement.Never => false,
        _ => nothing.ListsKeys,
    };

    private static bool IsReleased(UpstreamSnapshot snapshot, ForeignVersion version) =>
        Ruling.For(snapshot.Judged.Rulings, snapshot.Packument.Name.Value, version.Version) is { Kind: RulingKind.Release };

    // A ruling, or an exception from the rule, decides whatever is in the tarball.
    private bool MindsScripts(UpstreamSnapshot snapshot, ForeignVersion version) => rules.RefuseInstallScripts
        && rules.Judge(GuardedVersion.Of(snapshot.Packument.Name, version) with { HasInstallScript = true }, snapshot.Judged.Rulings, DateTimeOffset.MaxValue) is { Rule: "install-script" };

    private async Task<TarballFinding.Refused?> ScriptsAsync(UpstreamSnapshot snapshot, ForeignVersion version, BlobKey key, Func<Stream> open, CancellationToken cancellationToken)
    {
        if (!MindsScripts(snapshot, version))
        {
            return null;
        }
        var read = TarballLimits.Default with { MaxEntries = limits.Value.MaximumFiles, MaxUnpackedSize = limits.Value.MaximumUnpackedBytes };
        var reading = await TarballReader.ReadAsync(open(), read, cancellationToken);
        var reason = reading switch
        {
            TarballReading.Accepted { Contents.HasInstallScript: true } => "it runs a script when it is installed, although its document does not say so",
            TarballReading.Accepted { Contents.HasBundledPackages: true } => "it brings packages of its own along, whose scripts are run when it is installed",
            TarballReading.Accepted => null,
            _ => "it cannot be read, so nobody can tell whether it runs a script when it is installed",
        };
        if (reason is not null)
        {
            return new TarballFinding.Refused("install-script", reason);
        }
        if (withoutScripts.Count >= MostRemembered)
        {
            withoutScripts.Clear();
        }
        withoutScripts[key] = true;
        return null;
    }

    private static async Task<byte[]> DigestAsync(HashAlgorithmName algorithm, StagedTarball staged, CancellationToken cancellationToken)
    {
        if (algorithm == HashAlgorithmName.SHA512)
        {
            return staged.Integrity.Digest.ToArray();
        }
        await using var bytes = staged.Rewound();
        using var hash = IncrementalHash.CreateHash(algorithm);
        var buffer = new byte[64 * 1024];
        while (await bytes.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            hash.AppendData(buffer, 0, read);
        }
        return hash.GetHashAndReset();
    }
}
