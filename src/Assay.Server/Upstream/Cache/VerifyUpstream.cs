using System.Security.Cryptography;
using Assay.Npm;
using Assay.Server.Packages;
using Assay.Trust.Guards;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream.Cache;

/// <summary>
/// Whether the bytes that came are those that the document promises and its registry signed. Where scripts at installation are refused, the
/// tarball's own package.json is asked too: that is what clients run, whatever the document says.
/// </summary>
internal sealed class VerifyUpstream(UpstreamKeys keys, GuardRules rules, IOptions<PackagesOptions> limits)
{
    public async Task<TarballFinding.Refused?> RunAsync(UpstreamSnapshot snapshot, ForeignVersion version, StagedTarball staged, CancellationToken cancellationToken)
    {
        var registry = snapshot.Document.Registry;
        if (version.Promised is not { } promised)
        {
            return new TarballFinding.Refused("no-integrity", $"{registry} promises no digest for it, so nobody can tell whether it is the right one");
        }
        if (!promised.IsKeptBy(await DigestAsync(promised.Algorithm, staged, cancellationToken)))
        {
            return new TarballFinding.Refused("integrity-mismatch", $"{registry} promises {promised} and sent {staged.Integrity}");
        }
        if (await keys.FindWrongSignatureAsync(registry, snapshot.Packument.Name, version, cancellationToken) is { } keyId)
        {
            return new TarballFinding.Refused("bad-signature", $"its signature by the key {keyId} of {registry} is not valid");
        }
        return rules.RefuseInstallScripts ? await ScriptsAsync(snapshot, version, staged, cancellationToken) : null;
    }

    private async Task<TarballFinding.Refused?> ScriptsAsync(UpstreamSnapshot snapshot, ForeignVersion version, StagedTarball staged, CancellationToken cancellationToken)
    {
        var read = TarballLimits.Default with { MaxEntries = limits.Value.MaximumFiles, MaxUnpackedSize = limits.Value.MaximumUnpackedBytes };
        if (await TarballReader.ReadAsync(staged.Rewound(), read, cancellationToken) is not TarballReading.Accepted accepted)
        {
            return new TarballFinding.Refused("install-script", "it cannot be read, so nobody can tell whether it runs a script when it is installed");
        }
        var facts = GuardedVersion.Of(snapshot.Packument.Name, version) with { HasInstallScript = accepted.Contents.HasInstallScript };
        return rules.Judge(facts, snapshot.Judged.Rulings, DateTimeOffset.MaxValue) is { Rule: "install-script" } kept
            ? new TarballFinding.Refused(kept.Rule, $"{kept.Reason}, although its document does not say so")
            : null;
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
