using Assay.Npm;
using Assay.Server.Audit;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>
/// Stores a version: bytes first, then the facts in one commit. Whether it may be stored is decided twice by the same code, before the
/// bytes are written, to keep refused ones off the disk, and inside the commit, where it counts.
/// </summary>
internal sealed class PublishPackage(
    RegistryDbSource source, CommitQueue commits, IBlobStore blobs, IPublishAuthority authority, FirstAccess firstAccess,
    IOptions<PackagesOptions> options, TimeProvider time)
{
    /// <summary>Null when the version is stored and durable.</summary>
    public async Task<Denial?> RunAsync(Caller caller, ReceivedPublish publish, CancellationToken cancellationToken)
    {
        await using (var db = source.Open())
        {
            // All of one moment: a token still unused beside its version already there would turn a repeat into a refusal.
            await using var moment = await db.BeginSnapshotAsync(cancellationToken);
            var before = await DecideAsync(db, caller, publish, time.GetUtcNow(), cancellationToken);
            if (before.IsSettled)
            {
                return before.Denial;
            }
        }
        await blobs.PutAsync(BlobKey.FromSha512(publish.Tarball.Integrity.Digest), publish.Tarball.Rewound(), cancellationToken);
        return await commits.RunAsync(async (commit, stop) =>
        {
            var decision = await DecideAsync(commit.Db, caller, publish, commit.Now, stop);
            if (!decision.IsSettled)
            {
                await StoreAsync(commit, caller, publish, decision, stop);
            }
            return decision.Denial;
        }, cancellationToken);
    }

    private async Task<Decision> DecideAsync(
        RegistryDb db, Caller caller, ReceivedPublish publish, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var name = publish.Manifest.Name;
        var package = await db.Packages.SingleOrDefaultAsync(row => row.Name == name.Value, cancellationToken);
        switch (caller)
        {
            case Caller.Member member:
                var owners = package is null ? [] : await PackageOwners.OfAsync(db, package.Id, cancellationToken);
                if (PackageRules.MayChange(member, package, owners) is { } denial)
                {
                    return Decision.No(denial);
                }
                break;
            case Caller.Workload workload:
                switch (await authority.JudgeAsync(db, Claim(workload, publish), now, cancellationToken))
                {
                    case PublishVerdict.Repeated:
                        return Decision.Done;
                    case PublishVerdict.Denied denied:
                        return Decision.No(denied.Denial);
                }
                break;
            default:
                throw new InvalidOperationException("A publish needs a member or a publish token.");
        }
        if (package is null && name.NewPackageProblems is [var problem, ..])
        {
            return Decision.No(new Denial(StatusCodes.Status400BadRequest, "invalid-name", $"A new package cannot be named {name}: {problem}"));
        }
        return await AgainstStoredAsync(db, caller, publish, package, now, cancellationToken);
    }

    private async Task<Decision> AgainstStoredAsync(
        RegistryDb db, Caller caller, ReceivedPublish publish, PackageRow? package, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var version = publish.Manifest.Version.ToString();
        var hasVersions = package is not null && await db.Versions.AnyAsync(row => row.PackageId == package.Id, cancellationToken);
        if (hasVersions && await StoredAsync(db, package!.Id, version, cancellationToken) is { } stored)
        {
            return IsRepeat(stored, caller, publish, now) ? Decision.Done : Decision.No(AlreadyThere(stored));
        }
        var (access, conflict) = firstAccess.For(publish.Request.Access, hasVersions ? package!.Access : null);
        return conflict is null ? Decision.Yes(package, access, hasVersions) : Decision.No(conflict);
    }

    private async Task StoreAsync(Commit commit, Caller caller, ReceivedPublish publish, Decision decision, CancellationToken cancellationToken)
    {
        var name = publish.Manifest.Name;
        var package = decision.Package ?? await NewPackageAsync(commit, caller, name, cancellationToken);
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
        var run = caller is Caller.Workload workload ? await authority.RecordAsync(commit, Claim(workload, publish), cancellationToken) : null;
        commit.Db.Versions.Add(Row(package.Id, caller, publish, run, commit.Now));
        await TagAsync(commit.Db, package.Id, publish, cancellationToken);
        commit.Record(caller.Actor, "version.published", $"{name}@{publish.Manifest.Version}", publish.Tarball.Integrity.ToString());
        commit.Changed(PackageDocuments.ChangeKey(name));
    }

    private static async Task<PackageRow> NewPackageAsync(Commit commit, Caller caller, PackageName name, CancellationToken cancellationToken)
    {
        var package = new PackageRow { Name = name.Value, Access = "", CreatedAt = commit.Now, ModifiedAt = commit.Now };
        commit.Db.Packages.Add(package);
        await commit.Db.SaveChangesAsync(cancellationToken);
        if (caller is Caller.Member member)
        {
            commit.Db.PackageOwners.Add(new PackageOwnerRow { PackageId = package.Id, PersonId = member.PersonId });
        }
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
            PublisherCredential = Credential(caller, publish),
            TrustedPublisher = grant?.ProviderId,
            PolicyId = grant?.PolicyId,
            RunJson = run?.RunJson,
        };
    }

    private static Task<Existing?> StoredAsync(RegistryDb db, long packageId, string version, CancellationToken cancellationToken) =>
        db.Versions
            .Where(row => row.PackageId == packageId && row.Version == version)
            .Select(row => new Existing(row.Version, row.Sha512, row.PublisherCredential, row.PublishedAt, row.RemovedAt != null))
            .SingleOrDefaultAsync(cancellationToken);

    // npm sends a PUT again when its answer was lost. The same bytes under another tag are no repeat: saying yes, the tag would not move.
    // Publish tokens answer for themselves through the authority.
    private bool IsRepeat(Existing stored, Caller caller, ReceivedPublish publish, DateTimeOffset now) =>
        caller is Caller.Member
        && !stored.IsRemoved
        && stored.Credential == Credential(caller, publish)
        && now - stored.PublishedAt <= TimeSpan.FromSeconds(options.Value.RepeatSeconds)
        && publish.Tarball.Integrity.Equals(Integrity.FromSha512(stored.Sha512));

    // changesets and Lerna look for these words.
    private static Denial AlreadyThere(Existing stored) => new(
        StatusCodes.Status403Forbidden,
        "version-exists",
        $"You cannot publish over the previously published versions: {stored.Version}." + (stored.IsRemoved ? " It was unpublished, and a version is never used again." : ""));

    private static PublishClaim Claim(Caller.Workload workload, ReceivedPublish publish) => new(
        workload.Grant, publish.Manifest.Name, publish.Manifest.Version.ToString(), publish.Request.Tag.Value, publish.Tarball.Integrity);

    private static string Credential(Caller caller, ReceivedPublish publish) => caller switch
    {
        Caller.Member member => $"access:{member.Token.Id}:{publish.Request.Tag}",
        Caller.Workload workload => $"publish:{workload.Grant.TokenId}",
        _ => "",
    };

    private sealed record Existing(string Version, byte[] Sha512, string Credential, DateTimeOffset PublishedAt, bool IsRemoved);

    private sealed record Decision(bool IsSettled, Denial? Denial, PackageRow? Package, string Access, bool HasVersions)
    {
        public static Decision Done { get; } = new(true, null, null, "", false);

        public static Decision No(Denial denial) => new(true, denial, null, "", false);

        public static Decision Yes(PackageRow? package, string access, bool hasVersions) => new(false, null, package, access, hasVersions);
    }
}
