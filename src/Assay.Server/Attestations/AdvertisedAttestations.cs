namespace Assay.Server.Attestations;

/// <summary>
/// Which attestations are announced in documents and served where stock clients look. npm verifies every one of them, and tells its user of an attack
/// when one does not verify, so each must verify for every reader.
/// </summary>
internal static class AdvertisedAttestations
{
    public static IReadOnlyList<AttestationMark> Of(IEnumerable<AttestationMark> ofVersion, AttestationMode mode, bool isPackagePublic, bool showsSource)
    {
        var shown = ofVersion.Where(mark => mark.IsOfClient || Is(mark, mode, isPackagePublic, showsSource)).ToList();
        // A statement of the registry alone, without provenance, is nothing to look for.
        return shown.Exists(mark => mark.IsProvenance) ? shown : [];
    }

    /// <summary>The source of a private repository is for members; documents are the same for all readers.</summary>
    public static bool IsForEverybody(AttestationMark mark, bool showsSource) => mark.IsOfClient || mark.IsSourcePublic || showsSource || !mark.IsProvenance;

    private static bool Is(AttestationMark mark, AttestationMode mode, bool isPackagePublic, bool showsSource) => mode switch
    {
        AttestationMode.PrivateRoot => !isPackagePublic || mark.IsSourcePublic || showsSource,
        AttestationMode.PublicLog => isPackagePublic && mark.IsInPublicLog && (mark.IsSourcePublic || showsSource),
        _ => false,
    };
}
