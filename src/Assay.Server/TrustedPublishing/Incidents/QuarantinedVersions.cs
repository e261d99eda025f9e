using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// Keeps versions from readers and gives them back, whole sets at a time: one by one, a large incident would hold up every publish behind it.
/// </summary>
internal static class QuarantinedVersions
{
    public const string Quarantined = "version.quarantined";

    private const int MostNamed = 500;

    /// <summary>In the commit of the declaration; answers how many.</summary>
    public static async Task<int> HoldAsync(Commit commit, IQueryable<VersionRow> versions, string incident, Actor actor, CancellationToken cancellationToken)
    {
        var held = await versions.ExecuteUpdateAsync(set => set.SetProperty(row => row.QuarantinedBy, incident), cancellationToken);
        await RecordAsync(commit, incident, Quarantined, actor, cancellationToken);
        await ChangedAsync(commit, incident, cancellationToken);
        return held;
    }

    /// <summary>In the commit of the undoing: all that the incident holds comes back as it was; answers how many versions.</summary>
    public static async Task<int> ReleaseAsync(Commit commit, string incident, Actor actor, CancellationToken cancellationToken)
    {
        await RecordAsync(commit, incident, "version.released", actor, cancellationToken);
        await ChangedAsync(commit, incident, cancellationToken);
        // Whoever unpublished everything meanwhile could not see these.
        await commit.Db.Packages
            .Where(package => package.UnpublishedAt != null && commit.Db.Versions.Any(row => row.PackageId == package.Id && row.QuarantinedBy == incident))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UnpublishedAt, (DateTimeOffset?)null).SetProperty(row => row.UnpublishedBy, (string?)null), cancellationToken);
        return await commit.Db.Versions.Where(row => row.QuarantinedBy == incident)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.QuarantinedBy, (string?)null), cancellationToken);
    }

    /// <summary>In the commit of the undoing: what another incident selects as well stays hidden, and is from now on that one's.</summary>
    public static async Task<int> HandOverAsync(
        Commit commit, IQueryable<VersionRow> versions, string from, string to, Actor actor, CancellationToken cancellationToken)
    {
        var shared = await versions.Where(row => row.QuarantinedBy == from)
            .Join(commit.Db.Packages, row => row.PackageId, package => package.Id, (row, package) => new { row.Id, row.Version, package.Name })
            .ToListAsync(cancellationToken);
        var ids = shared.ConvertAll(version => version.Id);
        shared.ForEach(version => commit.Record(actor, Quarantined, $"{version.Name}@{version.Version}", to));
        return await commit.Db.Versions.Where(row => ids.Contains(row.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.QuarantinedBy, to), cancellationToken);
    }

    // As one statement: to track thousands of events would cost more than to store them.
    private static async Task RecordAsync(Commit commit, string incident, string action, Actor actor, CancellationToken cancellationToken)
    {
        await commit.Db.Database.ExecuteSqlAsync($"""
            INSERT INTO "AuditEvents" ("At", "Actor", "Action", "Subject", "Detail", "Address")
            SELECT {commit.Now.ToUnixTimeMilliseconds()}, {actor.Name}, {action}, "Packages"."Name" || '@' || "Versions"."Version", {incident}, {actor.Address}
            FROM "Versions" JOIN "Packages" ON "Packages"."Id" = "Versions"."PackageId" WHERE "Versions"."QuarantinedBy" = {incident}
            """, cancellationToken);
        commit.RecordedSets.Add(new RecordedSet(action, incident));
    }

    private static async Task ChangedAsync(Commit commit, string incident, CancellationToken cancellationToken)
    {
        var names = await commit.Db.Versions.Where(row => row.QuarantinedBy == incident).Select(row => row.PackageId).Distinct()
            .Join(commit.Db.Packages, id => id, package => package.Id, (_, package) => package.Name).ToListAsync(cancellationToken);
        if (names.Count > MostNamed)
        {
            commit.Changed(IChangeFeed.Everything);
            return;
        }
        foreach (var name in names)
        {
            commit.Changed(PackageDocuments.ChangePrefix + name);
        }
    }
}
