using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.Refusals;

namespace Assay.Server.Packages;

/// <summary>Something that may not be changed until this is lifted: what, by whom, since when and why.</summary>
internal sealed record Freeze(long Id, string Kind, string Subject, string ProjectId, string Workflow, string By, DateTimeOffset At, string Reason)
{
    public const string TheOperator = "the operator";

    public DateTimeOffset? LiftedAt { get; init; }

    public string? LiftedBy { get; init; }

    /// <summary>What is frozen, in words.</summary>
    public string What => Kind switch
    {
        FreezeRow.OfPackage => Subject,
        FreezeRow.OfScope => $"everything in {Subject}",
        FreezeRow.OfIssuer => $"runs of the issuer {Subject}",
        FreezeRow.OfProject => $"runs of the project {ProjectId} at {Subject}",
        FreezeRow.OfWorkflow => $"runs of the workflow {Workflow} of the project {ProjectId} at {Subject}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public Refusal Refusal => new(
        RefusalCodes.PublishingFrozen, $"Publishing is frozen for {What}, since {At:u} by {By}: {Reason}. It goes on when the freeze is lifted.");

    public Denial Denial => new(StatusCodes.Status403Forbidden, RefusalCodes.PublishingFrozen, Refusal.PublicText)
    {
        Notice = Notices.WithCode(Refusal.PublicText, RefusalCodes.PublishingFrozen),
    };

    /// <summary>The rows with the names of those who froze.</summary>
    public static IQueryable<Freeze> From(RegistryDb db, IQueryable<FreezeRow> rows) => rows.Select(row => new Freeze(
        row.Id, row.Kind, row.Subject, row.ProjectId, row.Workflow,
        db.People.Where(person => person.Id == row.CreatedBy).Select(person => person.Name).FirstOrDefault() ?? TheOperator,
        row.CreatedAt, row.Reason)
    { LiftedAt = row.LiftedAt, LiftedBy = row.LiftedBy });
}
