using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream.Advisories;

/// <summary>Issues an advisory about a package of this registry, and withdraws one. From then on it is part of every audit's answer, or no more.</summary>
internal sealed class IssueAdvisory(CommitQueue commits, IOptions<AdvisoriesOptions> options)
{
    public async Task<(IssuedAdvisoryRow? Issued, JsonAnswer? Refusal)> RunAsync(
        AdvisoryDraft draft, Actor actor, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken)
    {
        IssuedAdvisoryRow? issued = null;
        var refusal = await commits.RunAskedAsync(ask, async (commit, stop) =>
        {
            if (!await commit.Db.Packages.AnyAsync(row => row.Name == draft.Package.Value, stop))
            {
                return PackageRules.Unknown(draft.Package.Value).ToAnswer();
            }
            issued = await RowAsync(commit, draft, actor, stop);
            commit.Db.IssuedAdvisories.Add(issued);
            commit.Record(actor, "advisory.issued", issued.PackageName, $"{issued.Name}, {(issued.IsMalicious ? "malicious" : issued.Severity)}: {issued.VulnerableVersions}: {issued.Summary}");
            commit.Changed(IssuedAdvisories.ChangeKey);
            return null;
        }, cancellationToken);
        return refusal is null ? (issued, null) : (null, refusal);
    }

    public async Task<(IssuedAdvisoryRow? Withdrawn, JsonAnswer? Refusal)> WithdrawAsync(
        string name, Actor actor, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken)
    {
        IssuedAdvisoryRow? withdrawn = null;
        var refusal = await commits.RunAskedAsync(ask, async (commit, stop) =>
        {
            withdrawn = await commit.Db.IssuedAdvisories.AsTracking().SingleOrDefaultAsync(row => row.Name == name, stop);
            if (withdrawn is null)
            {
                return Unknown(name).ToAnswer();
            }
            if (withdrawn.WithdrawnAt is { } before)
            {
                return new Denial(StatusCodes.Status409Conflict, "advisory-withdrawn", $"{name} was withdrawn already, at {before:u}.").ToAnswer();
            }
            (withdrawn.WithdrawnAt, withdrawn.WithdrawnBy) = (commit.Now, actor.Name);
            commit.Record(actor, "advisory.withdrawn", withdrawn.PackageName, name);
            commit.Changed(IssuedAdvisories.ChangeKey);
            return null;
        }, cancellationToken);
        return refusal is null ? (withdrawn, null) : (null, refusal);
    }

    public static Denial Unknown(string name) => new(StatusCodes.Status404NotFound, "advisory-not-found", $"There is no advisory {name} of this registry that you may know.");

    private async Task<IssuedAdvisoryRow> RowAsync(Commit commit, AdvisoryDraft draft, Actor actor, CancellationToken cancellationToken)
    {
        var year = commit.Now.UtcDateTime.Year;
        var number = 1 + (await commit.Db.IssuedAdvisories.Where(row => row.Year == year).MaxAsync(row => (int?)row.Number, cancellationToken) ?? 0);
        return new IssuedAdvisoryRow
        {
            Name = $"{options.Value.IdPrefix}-{year}-{number}",
            Year = year,
            Number = number,
            PackageName = draft.Package.Value,
            VulnerableVersions = draft.Versions,
            IsMalicious = draft.IsMalicious,
            Severity = draft.Severity,
            Summary = draft.Summary,
            IssuedBy = actor.Name,
            IssuedAt = commit.Now,
        };
    }
}
