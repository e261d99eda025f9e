using Assay.Cli.Logs;
using Assay.Cli.Registry;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Cli.Verifying;

/// <summary>What is asked of a registry once, for all versions.</summary>
internal sealed class RegistrySession : IDisposable
{
    private RegistrySession(RegistryClient registry, RegistryKeys keys, LogSession? log, AttestationTrust attestations)
    {
        Registry = registry;
        Keys = keys;
        Log = log;
        Attestations = attestations;
    }

    public RegistryClient Registry { get; }

    public RegistryKeys Keys { get; }

    public LogSession? Log { get; }

    public AttestationTrust Attestations { get; }

    public static async Task<RegistrySession> OpenAsync(LogSource source, TrustedRoot sigstore, CancellationToken cancellationToken)
    {
        var keys = await source.Registry.KeysAsync(cancellationToken);
        var log = await LogSession.OpenAsync(source, cancellationToken);
        var own = log is null ? null : RegistryLogRoot.Of(log.Trust);
        return new RegistrySession(source.Registry, keys, log, new AttestationTrust(own, sigstore, keys, source.Clock.GetUtcNow()));
    }

    public void Dispose() => Log?.Dispose();
}
