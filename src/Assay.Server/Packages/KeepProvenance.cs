using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>
/// Once clients were told of a package's provenance, a version without any is what an attacker with a stolen token would publish; clients that compare refuse
/// it (pnpm's <c>no-downgrade</c>). So does the registry, unless the owners said that it may be.
/// </summary>
internal sealed class KeepProvenance(IOptions<AttestationsOptions> options)
{
    public async Task<Denial?> RefuseAsync(RegistryDb db, PackageRow package, Caller caller, ReceivedPublish publish, CancellationToken cancellationToken) =>
        WillHaveAny(package, caller, publish) ? null : await RefuseWithoutAsync(db, package, DateTimeOffset.MaxValue, cancellationToken);

    /// <summary>Whether a version that has none, published at this time, would follow on one that has some.</summary>
    public async Task<Denial?> RefuseWithoutAsync(RegistryDb db, PackageRow package, DateTimeOffset publishedAt, CancellationToken cancellationToken)
    {
        if (package.MayLoseProvenance)
        {
            return null;
        }
        var attested = await AttestationMark.OfPackageAsync(db, package.Id, options.Value.Mode, cancellationToken);
        var announced = attested.GroupBy(mark => mark.VersionId).Where(IsAnnounced).Select(ofVersion => ofVersion.Key).ToList();
        var earlier = await db.Versions.Where(row => announced.Contains(row.Id) && row.PublishedAt <= publishedAt)
            .OrderBy(row => row.Id).Select(row => (long?)row.Id).FirstOrDefaultAsync(cancellationToken);
        return earlier is { } id ? await DowngradeAsync(db, package, id, cancellationToken) : null;

        bool IsAnnounced(IEnumerable<AttestationMark> ofVersion) =>
            AdvertisedAttestations.Of(ofVersion, options.Value.Mode, IsPublic(package), package.ShowsSource).Count > 0;
    }

    private async Task<Denial> DowngradeAsync(RegistryDb db, PackageRow package, long versionId, CancellationToken cancellationToken)
    {
        var version = await db.Versions.Where(row => row.Id == versionId).Select(row => row.Version).SingleAsync(cancellationToken);
        return new Denial(
            StatusCodes.Status403Forbidden,
            "provenance-downgrade",
            $"{package.Name}@{version} has provenance, and this version would have none. Publish from CI as before"
            + (options.Value.Mode == AttestationMode.Detached ? ", with --provenance," : "")
            + $" or, if that is meant, let an owner allow it: PUT /-/assay/v1/package/{package.Name}/provenance {{\"mayLoseProvenance\":true}}");
    }

    /// <summary>Whether clients will be told of provenance of this version.</summary>
    public bool WillHaveAny(PackageRow? package, Caller caller, ReceivedPublish publish) =>
        publish.Provenance is not null || (publish.IsOfARun(caller) && options.Value.Mode switch
        {
            AttestationMode.PrivateRoot => true,
            AttestationMode.PublicLog => package is not null && IsPublic(package),
            _ => false,
        });

    private static bool IsPublic(PackageRow package) => package.Access == PackageRules.Public;
}
