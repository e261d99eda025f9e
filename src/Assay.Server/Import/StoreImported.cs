using Assay.Server.Audit;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Server.Signing;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Import;

/// <summary>Stores an imported version as a publish is stored: bytes first, then the facts in the commit that makes it visible.</summary>
internal sealed class StoreImported(CommitQueue commits, IBlobStore blobs, SigningKeys keys, DecideImport decide, KeepVersion keep)
{
    public async Task<ImportDecision> RunAsync(
        ImportJob job, SourcePackage source, SourceVersion version, JudgedTarball tarball, CancellationToken cancellationToken)
    {
        var key = await keys.GetAsync(KeyPurpose.Registry, cancellationToken);
        var digest = tarball.Bytes.Integrity.Digest.ToArray();
        await blobs.PutAsync(BlobKey.FromSha512(digest), tarball.Bytes.Rewound(), cancellationToken);
        return await commits.RunAsync(async (commit, stop) =>
        {
            var decision = await decide.RunAsync(commit.Db, job, source.Name, version, (sha512, _) => sha512.AsSpan().SequenceEqual(digest), stop);
            if (decision is ImportDecision.Allowed allowed)
            {
                await WriteAsync(commit, job, source, version, tarball, allowed.Place, key, stop);
            }
            return decision;
        }, cancellationToken);
    }

    private async Task WriteAsync(
        Commit commit, ImportJob job, SourcePackage source, SourceVersion version, JudgedTarball tarball, PublishDecision place, SigningKey key,
        CancellationToken cancellationToken)
    {
        var origin = Origin(commit, job, version);
        var since = Earlier(source.Created ?? origin.PublishedAt, origin.PublishedAt);
        var package = await KeepVersion.PackageAsync(commit, source.Name, place, since, cancellationToken);
        if (place.Package is null)
        {
            await AddOwnersAsync(commit, job, source, package, cancellationToken);
        }
        // From then on nobody else answers for the scope: an import is an operator's act.
        await OwnedNames.TakeScopeAsync(commit, source.Name, ImportJob.Actor, cancellationToken);
        var row = KeepVersion.Version(commit, package, tarball, origin, key);
        row.Deprecated = version.Deprecated;
        var subject = $"{source.Name}@{row.Version}";
        commit.Record(ImportJob.Actor, "version.imported", subject, $"{tarball.Bytes.Integrity} from {job.Source}");
        if (version.Deprecated is { } message)
        {
            commit.Record(ImportJob.Actor, "version.deprecated", subject, message);
        }
        await keep.LogAsync(commit, package, row, cancellationToken);
    }

    // A time that is yet to come would outlive the keys that sign now. Who signs in under a publisher's name here is not who published there.
    private static VersionOrigin Origin(Commit commit, ImportJob job, SourceVersion version) => new()
    {
        PublishedAt = Earlier(version.PublishedAt ?? commit.Now, commit.Now),
        PublisherName = version.Publisher?.Name ?? "",
        PublisherEmail = version.Publisher?.Email ?? "",
        Credential = ImportJob.Credential,
        ImportedFrom = job.Source,
        ImportedAt = commit.Now,
    };

    private static async Task AddOwnersAsync(Commit commit, ImportJob job, SourcePackage source, PackageRow package, CancellationToken cancellationToken)
    {
        var people = commit.Db.People.Where(row => source.Maintainers.Contains(row.Name));
        var owners = await people.OrderBy(row => row.Name).Select(row => new { row.Id, row.Name }).ToListAsync(cancellationToken);
        if (owners.Count == 0)
        {
            owners = await commit.Db.People.Where(row => row.Id == job.OwnerId).Select(row => new { row.Id, row.Name }).ToListAsync(cancellationToken);
        }
        foreach (var owner in owners)
        {
            commit.Db.PackageOwners.Add(new PackageOwnerRow { PackageId = package.Id, PersonId = owner.Id, Since = commit.Now });
            commit.Record(ImportJob.Actor, "owner.added", package.Name, owner.Name);
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
