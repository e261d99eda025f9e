using Assay.Npm;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Changes to published packages. Each states what shall differ; nothing else in a client's document is taken over.</summary>
internal sealed class ChangePackage(CommitQueue commits)
{
    /// <summary>Sets the deprecation message of the named versions; an empty one takes it back.</summary>
    public Task<Denial?> DeprecateAsync(
        PackageName name, IReadOnlyDictionary<string, string> messages, Caller.Member member, CancellationToken cancellationToken) =>
        RunAsync(name, revision: null, member, async (commit, package) =>
        {
            var versions = await LiveVersionsAsync(commit.Db, package, cancellationToken);
            foreach (var version in versions.Where(row => messages.ContainsKey(row.Version)))
            {
                var message = messages[version.Version] is { Length: > 0 } text ? text : null;
                if (version.Deprecated != message)
                {
                    version.Deprecated = message;
                    commit.Record(member.Actor, message is null ? "version.undeprecated" : "version.deprecated", $"{name}@{version.Version}", message ?? "");
                }
            }
            return null;
        }, cancellationToken);

    /// <summary>Unpublishes exactly the live versions that are not among those kept.</summary>
    public Task<Denial?> KeepOnlyAsync(
        PackageName name, string revision, IReadOnlySet<string> kept, Caller.Member member, CancellationToken cancellationToken) =>
        RunAsync(name, revision, member, async (commit, package) =>
        {
            var versions = await LiveVersionsAsync(commit.Db, package, cancellationToken);
            if (versions.Count == 0)
            {
                return new Denial(StatusCodes.Status404NotFound, "not-found", $"{name} has no versions.");
            }
            if (kept.FirstOrDefault(version => versions.All(row => row.Version != version)) is { } unknown)
            {
                return new Denial(StatusCodes.Status400BadRequest, "unknown-version", $"{name} has no version {unknown}; versions are added by publishing.");
            }
            await RemoveAsync(commit, package, versions, [.. versions.Where(row => !kept.Contains(row.Version))], member, cancellationToken);
            return null;
        }, cancellationToken);

    /// <summary>Unpublishes everything. The name stays with its owners, and no version is ever used again.</summary>
    public Task<Denial?> UnpublishAsync(PackageName name, string revision, Caller.Member member, CancellationToken cancellationToken) =>
        KeepOnlyAsync(name, revision, new HashSet<string>(), member, cancellationToken);

    public Task<Denial?> SetTagAsync(PackageName name, DistTag tag, string version, Caller.Member member, CancellationToken cancellationToken) =>
        RunAsync(name, revision: null, member, async (commit, package) =>
        {
            var exists = await commit.Db.Versions.AnyAsync(
                row => row.PackageId == package.Id && row.Version == version && row.RemovedAt == null, cancellationToken);
            if (!exists)
            {
                return new Denial(StatusCodes.Status404NotFound, "version-not-found", $"{name} has no version {version} for the tag {tag} to point to.");
            }
            await PointAsync(commit.Db, package.Id, tag.Value, version, cancellationToken);
            commit.Record(member.Actor, "tag.set", $"{name}@{version}", tag.Value);
            return null;
        }, cancellationToken);

    public Task<Denial?> RemoveTagAsync(PackageName name, DistTag tag, Caller.Member member, CancellationToken cancellationToken) =>
        RunAsync(name, revision: null, member, async (commit, package) =>
        {
            if (tag == DistTag.Latest)
            {
                return new Denial(StatusCodes.Status400BadRequest, "latest-stays", "The tag latest cannot be removed; point it to another version instead.");
            }
            var removed = await commit.Db.DistTags
                .Where(row => row.PackageId == package.Id && row.Tag == tag.Value)
                .ExecuteDeleteAsync(cancellationToken);
            if (removed == 0)
            {
                return new Denial(StatusCodes.Status404NotFound, "tag-not-found", $"{name} has no tag {tag}.");
            }
            commit.Record(member.Actor, "tag.removed", name.Value, tag.Value);
            return null;
        }, cancellationToken);

    private Task<Denial?> RunAsync(
        PackageName name, string? revision, Caller.Member member, Func<Commit, PackageRow, Task<Denial?>> change, CancellationToken cancellationToken) =>
        commits.RunAsync(async (commit, stop) =>
        {
            var package = await commit.Db.Packages.AsTracking().SingleOrDefaultAsync(row => row.Name == name.Value, stop);
            if (package is null)
            {
                return new Denial(StatusCodes.Status404NotFound, "not-found", $"{name} is not in this registry.");
            }
            if (PackageRules.MayChange(member, package, await PackageOwners.OfAsync(commit.Db, package.Id, stop)) is { } denial)
            {
                return denial;
            }
            if (revision is not null && revision != PackageReading.Revision(package))
            {
                return new Denial(StatusCodes.Status409Conflict, "stale-revision", $"{name} has changed since you read it. Try again.");
            }
            if (await change(commit, package) is { } refused)
            {
                return refused;
            }
            package.Revision++;
            package.ModifiedAt = commit.Now;
            commit.Changed(PackageDocuments.ChangeKey(name));
            return null;
        }, cancellationToken);

    private static Task<List<VersionRow>> LiveVersionsAsync(RegistryDb db, PackageRow package, CancellationToken cancellationToken) =>
        db.Versions.AsTracking().Where(row => row.PackageId == package.Id && row.RemovedAt == null).ToListAsync(cancellationToken);

    private static async Task RemoveAsync(
        Commit commit, PackageRow package, List<VersionRow> live, List<VersionRow> removed, Caller.Member member, CancellationToken cancellationToken)
    {
        foreach (var version in removed)
        {
            version.RemovedAt = commit.Now;
            version.RemovedBy = member.PersonName;
            commit.Record(member.Actor, "version.unpublished", $"{package.Name}@{version.Version}");
        }
        var gone = removed.Select(row => row.Version).ToHashSet(StringComparer.Ordinal);
        var left = live.Where(row => !gone.Contains(row.Version)).Select(row => row.Version).ToList();
        var tags = await commit.Db.DistTags.AsTracking().Where(row => row.PackageId == package.Id).ToListAsync(cancellationToken);
        commit.Db.DistTags.RemoveRange(tags.Where(row => gone.Contains(row.Version) && (row.Tag != DistTag.Latest.Value || left.Count == 0)));
        if (left.Count == 0)
        {
            package.UnpublishedAt = commit.Now;
            package.UnpublishedBy = member.PersonName;
        }
        else if (tags.FirstOrDefault(row => row.Tag == DistTag.Latest.Value && gone.Contains(row.Version)) is { } latest)
        {
            latest.Version = Newest(left);
        }
    }

    /// <summary>The highest release, or the highest of all when there are only prereleases: what npm itself computes.</summary>
    private static string Newest(IEnumerable<string> versions)
    {
        var parsed = versions.Select(text => SemanticVersion.TryParse(text, out var version) ? version : null).OfType<SemanticVersion>().ToList();
        return (parsed.Where(version => !version.IsPrerelease).Max() ?? parsed.Max())!.ToString();
    }

    private static async Task PointAsync(RegistryDb db, long packageId, string tag, string version, CancellationToken cancellationToken)
    {
        var row = await db.DistTags.AsTracking().SingleOrDefaultAsync(found => found.PackageId == packageId && found.Tag == tag, cancellationToken);
        if (row is null)
        {
            db.DistTags.Add(new DistTagRow { PackageId = packageId, Tag = tag, Version = version });
        }
        else
        {
            row.Version = version;
        }
    }
}
