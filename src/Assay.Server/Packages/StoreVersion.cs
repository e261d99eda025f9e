using Assay.Npm;
using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Signing;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>The facts of a version that is published here, in the commit that makes it visible.</summary>
internal sealed class StoreVersion(IWorkloadAuthority authority, AttestVersion attest, KeepVersion keep)
{
    public async Task RunAsync(
        Commit commit, Caller caller, ReceivedPublish publish, PublishDecision decision, SigningKey key, CancellationToken cancellationToken)
    {
        var name = publish.Manifest.Name;
        var run = await RunAsync(commit, caller, publish, cancellationToken);
        var package = await KeepVersion.PackageAsync(commit, name, decision, commit.Now, cancellationToken);
        if (decision.Package is null)
        {
            await AddOwnerAsync(commit, caller, run?.OwnerId ?? publish.Approved?.OwnerId ?? ((Caller.Member)caller).PersonId, package, cancellationToken);
        }
        if (run is not null)
        {
            BeginLock.AtTrustedPublish(commit, caller, caller is Caller.Workload { Grant: var grant } ? $"{grant.DisplayName} ({grant.Origin})" : publish.Approved!.StagerName, package);
        }
        var version = KeepVersion.Version(commit, package, publish.Judged, Origin(caller, publish, run, commit.Now), key);
        await TagAsync(commit.Db, package.Id, publish, cancellationToken);
        commit.Record(caller, "version.published", $"{name}@{publish.Manifest.Version}", publish.Tarball.Integrity.ToString());
        await AttestAsync(commit, version, publish, run, key, cancellationToken);
        await keep.LogAsync(commit, package, version, cancellationToken);
        if (publish.Provenance is { OtherRepository: { } difference })
        {
            commit.Record(caller, "provenance.other-repository", $"{name}@{publish.Manifest.Version}", difference);
        }
    }

    /// <summary>The run that publishes, or that staged what is published now.</summary>
    private async Task<PublishedRun?> RunAsync(Commit commit, Caller caller, ReceivedPublish publish, CancellationToken cancellationToken) => caller switch
    {
        Caller.Workload workload => await authority.RecordAsync(commit, workload.Grant, publish.Act, cancellationToken),
        _ when publish.Approved is { TokenId: { } token } => await authority.RecallAsync(commit.Db, token, cancellationToken),
        _ => null,
    };

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
    private static async Task AddOwnerAsync(
        Commit commit, Caller caller, long ownerId, PackageRow package, CancellationToken cancellationToken)
    {
        commit.Db.PackageOwners.Add(new PackageOwnerRow { PackageId = package.Id, PersonId = ownerId, Since = commit.Now });
        var owner = await commit.Db.People.Where(row => row.Id == ownerId).Select(row => row.Name).SingleAsync(cancellationToken);
        commit.Record(caller, "owner.added", package.Name, owner);
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

    private static VersionOrigin Origin(Caller caller, ReceivedPublish publish, PublishedRun? run, DateTimeOffset now)
    {
        var (approved, member) = (publish.Approved, caller as Caller.Member);
        return new VersionOrigin
        {
            PublishedAt = now,
            PublisherName = run?.PublisherName ?? approved?.StagerName ?? caller.Name,
            PublisherEmail = approved is null ? member?.Email ?? "" : approved.StagerEmail,
            Credential = approved is null ? publish.CredentialOf(caller) : $"stage:{approved.StageId}",
            PublisherId = approved is null ? member?.PersonId : approved.StagerId,
            TrustedPublisher = run?.ProviderId,
            PolicyId = run?.PolicyId,
            ApproverName = approved is null ? null : member?.PersonName,
            ApproverEmail = approved is null ? null : member?.Email,
            Run = run,
        };
    }
}
