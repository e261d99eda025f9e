using System.Globalization;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>
/// Takes a report of whoever may read the package, frozen and quarantined ones too. It changes nothing by itself: a stranger must not be able to take a package away.
/// </summary>
internal sealed class MakeReport(RegistryDbSource source, CommitQueue commits, RequestLimits limits)
{
    public async Task<(ReportRow? Report, JsonAnswer? Refusal)> RunAsync(ReportDraft draft, Caller.Member member, CancellationToken cancellationToken)
    {
        var refusal = await FirstLookAsync(draft, member, cancellationToken)
            // What is refused anyway takes nothing of what somebody may report.
            ?? limits.Take(LimitKind.ReportsPerAccount, member.PersonId.ToString(CultureInfo.InvariantCulture))?.ToAnswer();
        if (refusal is not null)
        {
            return (null, refusal);
        }
        var (report, denial) = await commits.RunAsync(async (commit, stop) =>
            await RefuseAsync(commit.Db, draft, member, stop) is { } late ? (null, late) : (await KeepAsync(commit, draft, member, stop), (Denial?)null), cancellationToken);
        return (report, denial?.ToAnswer());
    }

    private async Task<JsonAnswer?> FirstLookAsync(ReportDraft draft, Caller.Member member, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return (await RefuseAsync(db, draft, member, cancellationToken))?.ToAnswer();
    }

    private static async Task<Denial?> RefuseAsync(RegistryDb db, ReportDraft draft, Caller.Member member, CancellationToken cancellationToken)
    {
        var (package, denial) = await PackageRights.FindToSeeAsync(db, draft.Package, member, PackageRole.Read, cancellationToken);
        if (package is null)
        {
            return denial;
        }
        // A token for reading changes nothing, not even this.
        // Whether the version is there is not asked: it may have been quarantined, of which readers do not learn.
        return member.Token.LimitFor(package.Name) < PackageRole.Write ? PackageRules.TooNarrow(member.Token, package.Name) : null;
    }

    private static async Task<ReportRow> KeepAsync(Commit commit, ReportDraft draft, Caller.Member member, CancellationToken cancellationToken)
    {
        var report = new ReportRow
        {
            PackageName = draft.Package.Value,
            Version = draft.Version,
            Kind = draft.Kind,
            Text = draft.Text,
            ReporterId = member.PersonId,
            CreatedAt = commit.Now,
        };
        commit.Db.Reports.Add(report);
        await commit.Db.SaveChangesAsync(cancellationToken);
        // Without its text: mails and webhooks carry what is recorded further than a vulnerability should go.
        commit.Record(member, "report.made", ReportRights.Subject(report), $"{report.Kind}; to read it: GET /-/assay/v1/reports/{report.Id}, or ./run admin report show {report.Id}");
        return report;
    }
}
