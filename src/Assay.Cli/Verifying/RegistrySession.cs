using Assay.Cli.Logs;
using Assay.Cli.Registry;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Cli.Verifying;

/// <summary>Whom the reader believes, whatever a registry says.</summary>
/// <param name="Sigstore">Authorities and logs.</param>
/// <param name="Upstream">Keys of registries whose versions are passed on.</param>
internal sealed record ReaderTrust(TrustedRoot Sigstore, KnownKeys Upstream);

/// <summary>What is asked of a registry once, for all versions.</summary>
internal sealed class RegistrySession : IDisposable
{
    private RegistrySession(RegistryClient registry, CountedKeys keys, LogSession? log, AttestationTrust attestations)
    {
        Registry = registry;
        Keys = keys;
        Log = log;
        Attestations = attestations;
    }

    public RegistryClient Registry { get; }

    public CountedKeys Keys { get; }

    public LogSession? Log { get; }

    public AttestationTrust Attestations { get; }

    public static async Task<RegistrySession> OpenAsync(LogSource source, ReaderTrust trust, CancellationToken cancellationToken)
    {
        var keys = new CountedKeys(await source.Registry.KeysAsync(cancellationToken), trust.Upstream);
        var log = await LogSession.OpenAsync(source, cancellationToken);
        var own = log is null ? null : RegistryLogRoot.Of(log.Trust);
        return new RegistrySession(source.Registry, keys, log, new AttestationTrust(own, trust.Sigstore, keys, source.Clock.GetUtcNow()));
    }

    public void Dispose() => Log?.Dispose();
}
