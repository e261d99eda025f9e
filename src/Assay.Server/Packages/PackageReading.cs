using Assay.Npm;
using Assay.Server.Attestations;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Reads a package's facts from the database.</summary>
internal static class PackageReading
{
    /// <summary>Null when there is no such package, or only a reserved name.</summary>
    public static async Task<PackageSnapshot?> LoadAsync(RegistryDb db, PackageName name, Uri publicBase, AttestationMode mode)
    {
        // One transaction, so that tags, versions and revision are of one moment.
        await using var moment = await db.BeginSnapshotAsync();
        var package = await db.Packages.SingleOrDefaultAsync(row => row.Name == name.Value);
        if (package is null)
        {
            return null;
        }
        var rows = await db.Versions
            .Where(row => row.PackageId == package.Id)
            .OrderBy(row => row.PublishedAt)
            .ThenBy(row => row.Id)
            .Select(row => new StoredVersion(
                row.Id, row.Version, row.FullJson, row.AbbreviatedJson, row.Sha512, row.Shasum, row.Size, row.FileCount, row.UnpackedSize,
                row.Deprecated, row.PublishedAt, row.PublisherName, row.PublisherEmail, row.TrustedPublisher, row.PolicyId,
                row.ApproverName, row.ApproverEmail, row.RemovedAt, row.QuarantinedBy, row.SignatureKeyId, row.Signature))
            .ToListAsync();
        var hidden = rows.Where(row => row.QuarantinedBy is not null).Select(row => row.Version).ToList();
        rows.RemoveAll(row => row.QuarantinedBy is not null);
        if (rows.Count == 0 || (hidden.Count > 0 && rows.TrueForAll(row => row.RemovedAt is not null)))
        {
            return null;
        }
        var provenance = await ProvenanceAsync(db, package, mode);
        var tags = ShownTags.Of(
            await db.DistTags.Where(row => row.PackageId == package.Id).ToDictionaryAsync(row => row.Tag, row => row.Version),
            [.. rows.Where(row => row.RemovedAt is null).Select(row => row.Version)]);
        var maintainers = await db.PackageOwners
            .Where(row => row.PackageId == package.Id)
            .Join(db.People, owner => owner.PersonId, person => person.Id, (_, person) => new NpmPerson(person.Name, person.Email))
            .ToListAsync();
        var (readme, readmeFilename) = await ReadmeAsync(db, package.Id, tags.GetValueOrDefault("latest"));
        var facts = new PackumentFacts
        {
            Name = name,
            Revision = Revision(package, hidden),
            DistTags = tags,
            Created = package.CreatedAt,
            Modified = package.ModifiedAt,
            Maintainers = maintainers,
            Readme = readme,
            ReadmeFilename = readmeFilename,
            // A document is made of rows alone and not of the time, so that it is the same on every node: approvers are gone from it once the end is set.
            Versions = [.. rows.Where(row => row.RemovedAt is null).Select(row => Facts(row, provenance.GetValueOrDefault(row.Id), package is { StagesEveryPublish: true, StagesEveryPublishUntil: null }))],
            Unpublished = Unpublished(package, rows),
        };
        var access = await PackageRights.AccessAsync(db, package, CancellationToken.None);
        return new PackageSnapshot(facts, access, Tarballs(package.Id, name, rows), publicBase)
        {
            ShownSince = Later(package.ModifiedAt, await Quarantine.LastChangedAsync(db)),
        };
    }

    /// <summary>The <c>_rev</c> that clients send back when they change something.</summary>
    public static string Revision(PackageRow package, IReadOnlyCollection<string> hidden) =>
        $"{package.Revision}-{package.Id}{Quarantine.Mark(hidden)}";

    /// <summary>What is announced of each version, by its id.</summary>
    private static async Task<Dictionary<long, string>> ProvenanceAsync(RegistryDb db, PackageRow package, AttestationMode mode)
    {
        var attested = await AttestationMark.OfPackageAsync(db, package.Id, mode);
        return attested
            .GroupBy(mark => mark.VersionId)
            .Select(ofVersion => (ofVersion.Key, Shown: AdvertisedAttestations.Of(ofVersion, mode, package.Access == PackageRules.Public, package.ShowsSource)))
            .Where(each => each.Shown.Count > 0)
            .ToDictionary(each => each.Key, each => each.Shown.First(mark => mark.IsProvenance).PredicateType);
    }

    private static VersionFacts Facts(StoredVersion row, string? provenance, bool showsApprover) => new()
    {
        Version = row.Version,
        FullJson = row.FullJson,
        AbbreviatedJson = row.AbbreviatedJson,
        PublishedAt = row.PublishedAt,
        Integrity = Integrity.FromSha512(row.Sha512),
        Shasum = row.Shasum,
        FileCount = row.FileCount,
        UnpackedSize = row.UnpackedSize,
        Deprecated = row.Deprecated,
        Signatures = row is { SignatureKeyId: { } key, Signature: { } signature } ? [new SignatureMark(key, signature)] : [],
        Provenance = provenance,
        Publisher = Publisher(row, showsApprover),
    };

    // pnpm takes versions without an approver for weaker ones, and refuses them once there was one: only where there will be one every time.
    private static NpmUser? Publisher(StoredVersion row, bool showsApprover) => row.PublisherName.Length == 0
        ? null
        : new NpmUser(
            row.PublisherName,
            row.PublisherEmail,
            row.TrustedPublisher is null ? null : new TrustedPublisherMark(row.TrustedPublisher, $"oidc:{row.PolicyId}"),
            showsApprover && row.ApproverName is not null ? new NpmPerson(row.ApproverName, row.ApproverEmail) : null);

    private static Dictionary<string, StoredTarball> Tarballs(long packageId, PackageName name, IEnumerable<StoredVersion> rows) => rows
        .Where(row => row.RemovedAt is null)
        .ToDictionary(
            row => $"{name.BaseName}-{row.Version}.tgz",
            row => new StoredTarball(BlobKey.FromSha512(row.Sha512), row.Size, $"\"{Convert.ToHexStringLower(row.Sha512.AsSpan(0, 16))}\"")
            {
                VersionId = row.Id,
                PackageId = packageId,
            },
            StringComparer.Ordinal);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static UnpublishedFacts? Unpublished(PackageRow package, IEnumerable<StoredVersion> rows) =>
        package.UnpublishedAt is { } at
            ? new UnpublishedFacts(package.UnpublishedBy ?? "", at, new Dictionary<string, string>(), [.. rows.Select(row => row.Version)])
            : null;

    private static async Task<(string? Text, string? Filename)> ReadmeAsync(RegistryDb db, long packageId, string? latest)
    {
        var found = await db.Versions
            .Where(row => row.PackageId == packageId && row.Version == latest && row.RemovedAt == null)
            .Select(row => new { row.Readme, row.ReadmeFilename })
            .SingleOrDefaultAsync();
        return (found?.Readme, found?.ReadmeFilename);
    }

    private sealed record StoredVersion(
        long Id, string Version, byte[] FullJson, byte[] AbbreviatedJson, byte[] Sha512, string Shasum, long Size, int FileCount, long UnpackedSize,
        string? Deprecated, DateTimeOffset PublishedAt, string PublisherName, string PublisherEmail, string? TrustedPublisher, string? PolicyId,
        string? ApproverName, string? ApproverEmail, DateTimeOffset? RemovedAt, string? QuarantinedBy, string? SignatureKeyId, byte[]? Signature);
}
