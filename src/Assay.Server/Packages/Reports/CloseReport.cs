using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Closes a report with what came of it. Who reported is told.</summary>
internal sealed class CloseReport(CommitQueue commits)
{
    public Task<Denial?> RunAsync(long id, string outcome, string answer, ReportReader reader, Actor actor, CancellationToken cancellationToken) =>
        commits.RunAsync(async (commit, stop) =>
        {
            var row = await ReportRights.SeenBy(commit.Db, reader).AsTracking().SingleOrDefaultAsync(found => found.Id == id, stop);
            if (row is null || !reader.Reaches(row))
            {
                return ReportRights.Unknown(id);
            }
            if (await RefuseAsync(commit.Db, row, reader, stop) is { } denial)
            {
                return denial;
            }
            (row.ClosedAt, row.ClosedBy, row.Outcome, row.Answer) = (commit.Now, actor.Name, outcome, answer);
            commit.Record(actor, "report.closed", ReportRights.Subject(row), $"{outcome}: {answer}");
            return null;
        }, cancellationToken);

    private static async Task<Denial?> RefuseAsync(RegistryDb db, ReportRow row, ReportReader reader, CancellationToken cancellationToken)
    {
        if (!await ReportRights.MayHandleAsync(db, row, reader, cancellationToken))
        {
            return new Denial(StatusCodes.Status403Forbidden, "not-yours-to-close", row.Kind == ReportRow.Malware
                ? "Reports of malware are closed by administrators of this registry."
                : $"Reports of {row.PackageName} are closed by whoever administers it, and by administrators of this registry.");
        }
        if (reader.Token is { } token && token.LimitFor(row.PackageName) < PackageRole.Admin)
        {
            return PackageRules.TooNarrow(token, row.PackageName);
        }
        return row.ClosedAt is null ? null : new Denial(StatusCodes.Status409Conflict, "report-closed", $"Report {row.Id} was closed already, as {row.Outcome}.");
    }
}
