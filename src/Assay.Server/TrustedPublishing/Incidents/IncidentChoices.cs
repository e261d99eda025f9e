using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>What an incident or a freeze is chosen from.</summary>
/// <param name="Issuers">Names of issuers; also of those that are trusted no more and whose runs published lately.</param>
/// <param name="Published">What runs published last, the newest first.</param>
internal sealed record OfferedChoices(IReadOnlyList<string> Issuers, IReadOnlyList<IncidentVersion> Published);

internal sealed class IncidentChoices(RegistryDbSource source)
{
    public const int Newest = 10;

    public async Task<OfferedChoices> ReadAsync(Responder responder, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var trusted = await db.IssuerBindings.Where(row => row.RemovedAt == null).Select(row => row.Id).ToListAsync(cancellationToken);
        var ofRuns = db.Versions.Where(row => row.BindingId != null && row.RunId != null && row.QuarantinedBy == null).Within(db, responder);
        var published = await IncidentParts.VersionsAsync(db, ofRuns, cancellationToken, Newest);
        return new OfferedChoices([.. trusted.Concat(published.Select(version => version.Binding!)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], published);
    }
}
