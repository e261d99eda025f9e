using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Policies;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// How much a run may publish: so many versions of one package, so many packages. Where tokens do not name their run, a project is counted by
/// the hour. Unpublishing gives nothing back.
/// </summary>
internal sealed class RunBudget(IOptions<TrustedPublishingOptions> options)
{
    /// <summary>Null while this publish is within the budget. What the policy says wins over the registry's settings.</summary>
    public async Task<Refusal?> ExceededAsync(
        RegistryDb db, PublishTokenRow token, PublishLimits limits, WorkloadAct.Publish act, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var refusal = token.RunId.Length == 0
            ? await OfProjectAsync(db, token, now, cancellationToken)
            : await OfRunAsync(db, token, limits, act, now, cancellationToken);
        // A version that is there already is not a matter of the budget: a run that is repeated as a whole is told what it expects to hear.
        return refusal is not null && await IsStoredAsync(db, act, cancellationToken) ? null : refusal;
    }

    private async Task<Refusal?> OfRunAsync(
        RegistryDb db, PublishTokenRow token, PublishLimits limits, WorkloadAct.Publish act, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ofRun = db.Versions.Where(row => row.BindingId == token.BindingId && row.ProjectId == token.ProjectId && row.RunId == token.RunId);
        var most = limits.VersionsPerRun ?? options.Value.VersionsPerRun;
        var staged = WaitingStages.Of(db, now).Where(row => row.BindingId == token.BindingId && row.ProjectId == token.ProjectId && row.RunId == token.RunId);
        var versions = await ofRun.CountAsync(
            row => db.Packages.Any(package => package.Id == row.PackageId && package.Name == act.Package.Value), cancellationToken)
            + await staged.CountAsync(row => row.PackageName == act.Package.Value, cancellationToken);
        if (versions >= most)
        {
            return Exceeded($"This run has published {Counted(versions, "version")} of {act.Package} already, and may publish {most}");
        }
        var mostPackages = limits.PackagesPerRun ?? options.Value.PackagesPerRun;
        if (mostPackages == 0 || versions > 0)
        {
            return null;
        }
        var packages = await ofRun.Join(db.Packages, row => row.PackageId, package => package.Id, (_, package) => package.Name)
            .Union(staged.Select(row => row.PackageName)).CountAsync(cancellationToken);
        return packages >= mostPackages
            ? Exceeded($"This run has published {Counted(packages, "package")} already, and may publish {mostPackages}")
            : null;
    }

    private async Task<Refusal?> OfProjectAsync(RegistryDb db, PublishTokenRow token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var most = options.Value.VersionsPerProjectHour;
        var since = now.AddHours(-1);
        // The newest so many: whether the oldest of them is of this hour is cheaper to ask than how many are.
        var newest = await db.Versions
            .Where(row => row.BindingId == token.BindingId && row.ProjectId == token.ProjectId && row.RunId == token.RunId)
            .OrderByDescending(row => row.Id).Skip(most - 1).Take(1).Select(row => row.PublishedAt).ToListAsync(cancellationToken);
        return newest is [var oldest] && oldest > since
            ? Exceeded($"This project has published {Counted(most, "version")} within an hour, which is all it may")
            : null;
    }

    private static async Task<bool> IsStoredAsync(RegistryDb db, WorkloadAct.Publish act, CancellationToken cancellationToken) =>
        await db.Stages.AnyAsync(row => row.TakenVersion == act.Package.Value + "@" + act.Version, cancellationToken)
        || await db.Versions.AnyAsync(
            row => row.Version == act.Version && db.Packages.Any(package => package.Id == row.PackageId && package.Name == act.Package.Value), cancellationToken);

    private static string Counted(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    private static Refusal Exceeded(string what) =>
        new(RefusalCodes.BudgetExceeded, $"{what}. Publish in another run, or raise the policy's limit.");
}
