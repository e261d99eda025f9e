using Assay.Npm;
using Assay.Server.Upstream;
using Assay.Server.Upstream.Cache;

namespace Assay.Server.Operations;

/// <summary>What is kept of an upstream version against its registry's signature, as the kept document shows it, where that registry's keys are known.</summary>
internal sealed class VerifyUpstreamSignature(UpstreamKeys keys, KeptDocuments documents)
{
    /// <summary>Null when nothing can be said of its versions: no key is known, or no document of it is kept. One that cannot be read has a fault of its own.</summary>
    public async Task<ForeignPackument?> DocumentAsync(string name, string registryKey, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(name, out var parsed) || (await keys.KnownAsync(registryKey, cancellationToken)).Count == 0)
        {
            return null;
        }
        try
        {
            return (await documents.ReadAsync(registryKey, parsed, cancellationToken))?.Packument;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Null when all agrees.</summary>
    public async Task<string?> ProblemAsync(ForeignPackument document, KeptOfUpstream kept, CancellationToken cancellationToken)
    {
        if (document.Versions.FirstOrDefault(version => version.Version == kept.Version) is not { } version)
        {
            return null;
        }
        if (!KeptTarballs.IsPromised(version.Promised, kept.Sha512, kept.Shasum ?? ""))
        {
            return "its document promises other bytes";
        }
        return await keys.JudgeAsync(kept.Registry, document.Name, version, cancellationToken) switch
        {
            SignatureVerdict.Wrong wrong => $"its registry's signature by the key {wrong.KeyId} does not verify",
            SignatureVerdict.Nothing when kept.SignedBy is { } signer => $"its registry's signature by the key {signer} was verified once, and is not in its document",
            _ => null,
        };
    }
}
