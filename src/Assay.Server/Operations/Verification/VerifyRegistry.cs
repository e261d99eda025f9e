using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Transparency;

namespace Assay.Server.Operations;

/// <summary>Reads everything that is stored and compares it with what was signed, logged or said of it. Nothing is changed; nothing is deleted meanwhile.</summary>
internal sealed class VerifyRegistry(
    RegistryDbSource source, CheckLog log, VerifyVersions versions, VerifyAttestations attestations, VerifyUpstream upstream, VerifyStages stages, VerifyRows rows, BlobHold hold)
{
    public async Task<ProgressOutcome> RunAsync(IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        using var held = hold.Take();
        var (ofVersions, ofAttestations, ofUpstream) = await CountAsync(cancellationToken);
        var findings = new Findings(ofVersions + ofAttestations + ofUpstream, progress);
        await LogAsync(findings, cancellationToken);
        await versions.RunAsync(findings, cancellationToken);
        await attestations.RunAsync(findings, cancellationToken);
        await upstream.RunAsync(findings, cancellationToken);
        await stages.RunAsync(findings, cancellationToken);
        await rows.RunAsync(findings, cancellationToken);
        return findings.ToOutcome($"The log, {ofVersions:N0} versions, {ofAttestations:N0} attestations and {ofUpstream:N0} things of upstream registries were verified");
    }

    private async Task<(long Versions, long Attestations, long Upstream)> CountAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return (await VerifyVersions.CountAsync(db, cancellationToken), await VerifyAttestations.CountAsync(db, cancellationToken), await VerifyUpstream.CountAsync(db, cancellationToken));
    }

    private async Task LogAsync(Findings findings, CancellationToken cancellationToken)
    {
        try
        {
            await log.RunAsync(isWhole: true, cancellationToken);
        }
        catch (StartRefused problem)
        {
            findings.Fault("the log", problem.Message);
        }
    }
}
