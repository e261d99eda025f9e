using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Changes to published packages. Each states what shall differ; nothing else in a client's document is taken over.</summary>
/// <remarks>Whether it may be done is decided twice by the same code: before a person is asked for a second factor, and inside the commit, where it counts.</remarks>
internal sealed class ChangePackage(CommitQueue commits, IWorkloadAuthority authority, PackageLocks locks)
{
    /// <summary>Sets the deprecation message of the named versions; an empty one takes it back.</summary>
    public Task<JsonAnswer?> DeprecateAsync(
        PackageName name, IReadOnlyDictionary<string, string> messages, Caller caller, AskSecondFactor ask, CancellationToken cancellationToken) =>
        RunAsync(new WorkloadAct.Deprecate(name), revision: null, caller, ask, async (commit, package) =>
        {
            var versions = await LiveVersionsAsync(commit.Db, package, cancellationToken);
            foreach (var version in versions.Where(row => messages.ContainsKey(row.Version)))
            {
                var message = messages[version.Version] is { Length: > 0 } text ? text : null;
                if (version.Deprecated != message)
                {
                    version.Deprecated = message;
                    commit.Record(caller, message is null ? "version.undeprecated" : "version.deprecated", $"{name}@{version.Version}", message ?? "");
                }
            }
            return null;
        }, cancellationToken);

    /// <summary>Unpublishes exactly the live versions that are not among those kept.</summary>
    public Task<JsonAnswer?> KeepOnlyAsync(
        PackageName name, string revision, IReadOnlySet<string> kept, Caller caller, AskSecondFactor ask, CancellationToken cancellationToken) =>
        RunAsync(new WorkloadAct.Unpublish(name), revision, caller, ask, async (commit, package) =>
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
            await RemoveAsync(commit, package, versions, [.. versions.Where(row => !kept.Contains(row.Version))], caller, cancellationToken);
            return null;
        }, cancellationToken);

    /// <summary>Unpublishes everything. The name stays with its owners, and no version is ever used again.</summary>
    public Task<JsonAnswer?> UnpublishAsync(
        PackageName name, string revision, Caller caller, AskSecondFactor ask, CancellationToken cancellationToken) =>
        KeepOnlyAsync(name, revision, new HashSet<string>(), caller, ask, cancellationToken);

    public Task<JsonAnswer?> SetTagAsync(
        PackageName name, DistTag tag, string version, Caller caller, AskSecondFactor ask, CancellationToken cancellationToken) =>
        RunAsync(new WorkloadAct.SetTag(name, tag, version), revision: null, caller, ask, async (commit, package) =>
        {
            var exists = await commit.Db.Versions.AnyAsync(
                row => row.PackageId == package.Id && row.Version == version && row.RemovedAt == null && row.QuarantinedBy == null, cancellationToken);
            if (!exists)
            {
                return new Denial(StatusCodes.Status404NotFound, "version-not-found", $"{name} has no version {version} for the tag {tag} to point to.");
            }
            await PointAsync(commit.Db, package.Id, tag.Value, version, cancellationToken);
            commit.Record(caller, "tag.set", $"{name}@{version}", tag.Value);
            return null;
        }, cancellationToken);

    public Task<JsonAnswer?> RemoveTagAsync(
        PackageName name, DistTag tag, Caller caller, AskSecondFactor ask, CancellationToken cancellationToken) =>
        RunAsync(new WorkloadAct.RemoveTag(name, tag), revision: null, caller, ask, async (commit, package) =>
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
            commit.Record(caller, "tag.removed", name.Value, tag.Value);
            return null;
        }, cancellationToken);

    public static Denial StaleRevision(PackageName name) =>
        new(StatusCodes.Status409Conflict, "stale-revision", $"{name} has changed since you read it. Try again.");

    private async Task<JsonAnswer?> RunAsync(
        WorkloadAct act, string? revision, Caller caller, AskSecondFactor ask, Func<Commit, PackageRow, Task<Denial?>> change, CancellationToken cancellationToken)
    {
        var proof = PublishProof.Oidc;
        // Nobody can ask a run for anything: the commit's own decision is early enough for it.
        var refused = caller is Caller.Workload ? null : await commits.RehearseAsync(async (commit, stop) =>
        {
            proof = await locks.ProofAsync(commit.Db, caller, act.Package, commit.Now, stop);
            return await ChangeAsync(commit, act, revision, caller, proof, change, stop);
        }, cancellationToken);
        return refused ?? await ask(proof, cancellationToken) ?? await commits.RunAsync((commit, stop) => ChangeAsync(commit, act, revision, caller, proof, change, stop), cancellationToken);
    }

    private async Task<JsonAnswer?> ChangeAsync(
        Commit commit, WorkloadAct act, string? revision, Caller caller, PublishProof proof, Func<Commit, PackageRow, Task<Denial?>> change, CancellationToken cancellationToken)
    {
        var (package, denial) = await DecideAsync(commit.Db, act, revision, caller, proof, commit.Now, cancellationToken);
        if (package is null)
        {
            return denial?.ToAnswer();
        }
        if (await change(commit, package) is { } refused)
        {
            return refused.ToAnswer();
        }
        package.Revision++;
        package.ModifiedAt = commit.Now;
        commit.Changed(PackageDocuments.ChangeKey(act.Package));
        return null;
    }

    /// <summary>The package, or why it may not be changed so.</summary>
    private async Task<(PackageRow? Package, Denial? Denial)> DecideAsync(
        RegistryDb db, WorkloadAct act, string? revision, Caller caller, PublishProof proof, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var name = act.Package;
        var package = await db.Packages.AsTracking().SingleOrDefaultAsync(row => row.Name == name.Value, cancellationToken);
        if (package is null)
        {
            return (null, PackageRules.Unknown(name.Value));
        }
        var denial = await DeniedAsync(db, package, caller, act, now, cancellationToken)
            ?? await Freezes.RefuseAsync(db, name, cancellationToken)
            ?? await locks.RefuseTokenAsync(db, name, package, proof, now, cancellationToken);
        if (denial is null && revision is not null && revision != PackageReading.Revision(package, await Quarantine.HiddenAsync(db, package.Id, cancellationToken)))
        {
            denial = StaleRevision(name);
        }
        return denial is null ? (package, null) : (null, denial);
    }

    private async Task<Denial?> DeniedAsync(
        RegistryDb db, PackageRow package, Caller caller, WorkloadAct act, DateTimeOffset now, CancellationToken cancellationToken) =>
        caller switch
        {
            Caller.Member member => await PackageRights.RefuseAsync(db, package, member, RoleFor(act), cancellationToken),
            Caller.Workload workload => await authority.JudgeAsync(db, workload.Grant, act, now, cancellationToken) switch
            {
                WorkloadVerdict.Allowed => null,
                WorkloadVerdict.Denied denied => denied.Denial,
                _ => throw new System.Diagnostics.UnreachableException(),
            },
            _ => throw new InvalidOperationException("A change needs a member or an exchanged token."),
        };

    private static PackageRole RoleFor(WorkloadAct act) => act is WorkloadAct.Unpublish ? PackageRole.Admin : PackageRole.Write;

    // What is quarantined was not among what the client saw, and stays as it is.
    private static Task<List<VersionRow>> LiveVersionsAsync(RegistryDb db, PackageRow package, CancellationToken cancellationToken) => db.Versions
        .AsTracking()
        .Where(row => row.PackageId == package.Id && row.RemovedAt == null && row.QuarantinedBy == null)
        .ToListAsync(cancellationToken);

    private static async Task RemoveAsync(
        Commit commit, PackageRow package, List<VersionRow> live, List<VersionRow> removed, Caller caller, CancellationToken cancellationToken)
    {
        foreach (var version in removed)
        {
            version.RemovedAt = commit.Now;
            version.RemovedBy = caller.Name;
            commit.Record(caller, "version.unpublished", $"{package.Name}@{version.Version}");
        }
        var gone = removed.Select(row => row.Version).ToHashSet(StringComparer.Ordinal);
        var left = live.Where(row => !gone.Contains(row.Version)).Select(row => row.Version).ToList();
        var tags = await commit.Db.DistTags.AsTracking().Where(row => row.PackageId == package.Id).ToListAsync(cancellationToken);
        commit.Db.DistTags.RemoveRange(tags.Where(row => gone.Contains(row.Version) && (row.Tag != DistTag.Latest.Value || left.Count == 0)));
        if (left.Count == 0)
        {
            package.UnpublishedAt = commit.Now;
            package.UnpublishedBy = caller.Name;
        }
        else if (tags.FirstOrDefault(row => row.Tag == DistTag.Latest.Value && gone.Contains(row.Version)) is { } latest)
        {
            latest.Version = NewestVersion.Of(left)!;
        }
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
