using Assay.Server.Data.Rows;

namespace Assay.Server.Attestations;

/// <summary>Who may know the repository that a version came from.</summary>
internal static class SourceRights
{
    /// <summary>Strangers who read a public package do not learn which private repository it came from, unless its owners show it.</summary>
    public static bool MaySee(PackageRow package, AttestationMark attestation, bool isPublic, bool isMember) =>
        !isPublic || isMember || AdvertisedAttestations.IsForEverybody(attestation, package.ShowsSource);
}
