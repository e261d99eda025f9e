using Assay.Cli.Logs;
using Assay.Cli.Registry;

namespace Assay.Cli.Verifying;

/// <summary>One version: asks, and lets each check judge what came.</summary>
internal sealed class PackageVerification(RegistrySession session, Requirements requirements)
{
    public async Task<PackageReport> RunAsync(Subject subject, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var origins = new List<AttestedOrigin>();
        string? passedOnFrom = null;
        try
        {
            var document = await session.Registry.VersionAsync(subject.Name, subject.Version?.ToString() ?? "latest", cancellationToken);
            if (document is null)
            {
                findings.Add(Finding.NotAsked(Finding.Bytes, $"{session.Registry.Registry} has no such version, or does not show it to you"));
                return new PackageReport(subject, findings, origins);
            }
            subject = subject with { Version = subject.Version ?? document.Version };
            passedOnFrom = SignatureCheck.PassedOnFrom(document, session.Keys);
            await CheckAsync(subject, document, passedOnFrom, findings, origins, cancellationToken);
        }
        catch (RegistryUnavailable unavailable)
        {
            findings.Add(Finding.NotAsked("registry", unavailable.Message));
        }
        catch (Exception exception) when (exception is AnswerRefused or LogRefuted)
        {
            findings.Add(Finding.Refuted(exception is LogRefuted ? Finding.Log : "registry", exception.Message));
        }
        return new PackageReport(subject, findings, origins) { PassedOnFrom = passedOnFrom };
    }

    private async Task CheckAsync(
        Subject subject, VersionDocument document, string? passedOnFrom, List<Finding> findings, List<AttestedOrigin> origins, CancellationToken cancellationToken)
    {
        findings.Add(CheckBytes(subject, document));
        var publishedAt = SignatureCheck.NeedsTime(document, session.Keys)
            ? await session.Registry.PublishedAtAsync(subject.Name, document.Version, cancellationToken)
            : null;
        findings.Add(SignatureCheck.Check(document, session.Keys, publishedAt));

        // Whose bytes are in question: the caller's, where there are any. The log and attestations must be about those.
        var judged = subject.Integrity is { } own ? document with { Integrity = own } : document;
        var isOwn = passedOnFrom is null;
        var log = session.Log is null ? null
            : isOwn ? await session.Registry.PackageLogAsync(subject.Name, document.Version, cancellationToken)
            : await session.Registry.PackageLogAsync(subject.Name, cancellationToken);
        var logged = await CheckLogAsync(log, judged, passedOnFrom, cancellationToken);
        findings.Add(logged);

        var listed = await session.Registry.AttestationsAsync(subject.Name, document.Version, isOwn && session.Log is not null, cancellationToken);
        findings.Add(AttestationCheck.Check(listed, judged, log, isOwn ? session.Attestations : session.Attestations.OfOthers, origins));
        if (requirements.Check(subject.Name, origins, session.Log is not null, logged.Outcome is Outcome.Verified, passedOnFrom) is { } required)
        {
            findings.Add(required);
        }
    }

    private static Finding CheckBytes(Subject subject, VersionDocument document) =>
        document.Name != subject.Name || document.Version != subject.Version
            ? Finding.Refuted(Finding.Bytes, $"the registry answers with {document.Name}@{document.Version}")
        : subject.Integrity is null
            ? Finding.Absent(Finding.Bytes, $"{subject.Target} has no sha512 to compare; the registry says {document.Integrity}")
        : subject.Integrity.Equals(document.Integrity)
            ? Finding.Verified(Finding.Bytes, $"sha512 as in {subject.Target}")
        : Finding.Refuted(Finding.Bytes, $"{subject.Target} has {subject.Integrity}, the registry {document.Integrity}");

    private async Task<Finding> CheckLogAsync(PackageLog? log, VersionDocument document, string? passedOnFrom, CancellationToken cancellationToken)
    {
        if (session.Log is not { } known)
        {
            return Finding.Absent(Finding.Log, "the registry shows no log");
        }
        if (passedOnFrom is not null)
        {
            return LogCheck.CheckPassedOn(log, passedOnFrom);
        }
        var head = log is null ? known.Newest.Head : await known.AcceptAsync(log.Checkpoint, cancellationToken);
        return LogCheck.Check(log, head, document.Name, document.Version, document.Integrity);
    }
}
