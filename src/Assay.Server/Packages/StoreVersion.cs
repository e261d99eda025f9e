using Assay.Npm;
using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Signing;
using Assay.Server.Transparency;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>The facts of a new version, in the commit that makes it visible.</summary>
internal sealed class StoreVersion(IWorkloadAuthority authority, AttestVersion attest, LogWriter log)
{
    public async Task RunAsync(
        Commit commit, Caller caller, ReceivedPublish publish, PublishDecision decision, SigningKey key, CancellationToken cancellationToken)
    {
        var name = publish.Manifest.Name;
        var run = caller is Caller.Workload workload ? await authority.RecordAsync(commit, workload.Grant, publish.Act, cancellationToken) : null;
        var package = decision.Package ?? await NewPackageAsync(commit, caller, run, name, cancellationToken);
        if (decision.Package is { } existing)
        {
            commit.Db.Packages.Attach(existing);
        }
        package.Access = decision.Access;
        package.Revision++;
        package.ModifiedAt = commit.Now;
        package.UnpublishedAt = null;
        package.UnpublishedBy = null;
        if (!decision.HasVersions)
        {
            package.CreatedAt = commit.Now;
        }
        var version = Row(package.Id, caller, publish, run, commit.Now);
        SignVersions.Sign(version, name, key);
        commit.Db.Versions.Add(version);
        await TagAsync(commit.Db, package.Id, publish, cancellationToken);
        commit.Record(caller, "version.published", $"{name}@{publish.Manifest.Version}", publish.Tarball.Integrity.ToString());
        await AttestAsync(commit, version, publish, run, key, cancellationToken);
        await log.AppendAsync(
            commit,
            LogEvent.Publish(name.Value, version.Version, publish.Tarball.Integrity.ToString(), package.Access, version.PublisherName),
            cancellationToken);
        if (publish.Provenance is { OtherRepository: { } difference })
        {
            commit.Record(caller, "provenance.other-repository", $"{name}@{publish.Manifest.Version}", difference);
        }
        commit.Changed(PackageDocuments.ChangeKey(name));
    }

    private async Task AttestAsync(
        Commit commit, VersionRow version, ReceivedPublish publish, PublishedRun? run, SigningKey key, CancellationToken cancellationToken)
    {
        if (run?.Provenance is null && publish.Provenance is null)
        {
            return;
        }
        // Attestations name the version by its id.
        await commit.Db.SaveChangesAsync(cancellationToken);
        if (run?.Provenance is { } provenance)
        {
            await attest.RunAsync(commit, version, publish.Manifest, provenance, key, cancellationToken);
        }
        if (publish.Provenance is { } brought)
        {
            await attest.KeepAsync(commit, version, publish.Manifest.Name, brought, cancellationToken);
        }
    }

    /// <summary>A person owns what they first published, and whoever wrote the policy what a run first published under it.</summary>
    private static async Task<PackageRow> NewPackageAsync(
        Commit commit, Caller caller, PublishedRun? run, PackageName name, CancellationToken cancellationToken)
    {
        var package = new PackageRow { Name = name.Value, Access = "", CreatedAt = commit.Now, ModifiedAt = commit.Now };
        commit.Db.Packages.Add(package);
        await commit.Db.SaveChangesAsync(cancellationToken);
        var ownerId = run?.OwnerId ?? ((Caller.Member)caller).PersonId;
        commit.Db.PackageOwners.Add(new PackageOwnerRow { PackageId = package.Id, PersonId = ownerId });
        var owner = await commit.Db.People.Where(row => row.Id == ownerId).Select(row => row.Name).SingleAsync(cancellationToken);
        commit.Record(caller, "owner.added", name.Value, owner);
        return package;
    }

    /// <summary>A first version under another tag is also <c>latest</c>: clients rely on that tag while there is any version.</summary>
    private static async Task TagAsync(RegistryDb db, long packageId, ReceivedPublish publish, CancellationToken cancellationToken)
    {
        var version = publish.Manifest.Version.ToString();
        var tags = await db.DistTags.AsTracking().Where(row => row.PackageId == packageId).ToListAsync(cancellationToken);
        var wanted = tags.Any(row => row.Tag == DistTag.Latest.Value)
            ? new[] { publish.Request.Tag.Value }
            : [.. new[] { publish.Request.Tag.Value, DistTag.Latest.Value }.Distinct(StringComparer.Ordinal)];
        foreach (var tag in wanted)
        {
            if (tags.FirstOrDefault(row => row.Tag == tag) is { } existing)
            {
                existing.Version = version;
            }
            else
            {
                db.DistTags.Add(new DistTagRow { PackageId = packageId, Tag = tag, Version = version });
            }
        }
    }

    private static VersionRow Row(long packageId, Caller caller, ReceivedPublish publish, PublishedRun? run, DateTimeOffset now)
    {
        var grant = (caller as Caller.Workload)?.Grant;
        return new VersionRow
        {
            PackageId = packageId,
            Version = publish.Manifest.Version.ToString(),
            FullJson = publish.Manifest.FullJson.ToArray(),
            AbbreviatedJson = publish.Manifest.AbbreviatedJson.ToArray(),
            Sha512 = publish.Tarball.Integrity.Digest.ToArray(),
            Shasum = publish.Tarball.Shasum,
            Size = publish.Tarball.Length,
            FileCount = publish.Contents.FileCount,
            UnpackedSize = publish.Contents.UnpackedSize,
            Readme = publish.Contents.Readme,
            ReadmeFilename = publish.Contents.ReadmeFilename,
            PublishedAt = now,
            PublisherName = run?.PublisherName ?? caller.Name,
            PublisherEmail = (caller as Caller.Member)?.Email ?? "",
            PublisherCredential = publish.CredentialOf(caller),
            PublisherId = (caller as Caller.Member)?.PersonId,
            TrustedPublisher = grant?.ProviderId,
            PolicyId = grant?.PolicyId,
            BindingId = run?.BindingId,
            ProjectId = run?.ProjectId,
            RunId = run?.RunId,
            Workflow = run?.Workflow,
            RunJson = run?.RunJson,
        };
    }
}
