using System.Security.Cryptography.X509Certificates;

namespace Assay.Provenance.Sigstore.Roots;

/// <summary>
/// An authority for certificates or for timestamps, with its chain as the trusted root lists it: roots are those that name themselves.
/// </summary>
internal sealed class TrustedAuthority(X509Certificate2[] chain, ValidityWindow validFor)
{
    public X509Certificate2[] Others { get; } = [.. chain.Where(certificate => !IsRoot(certificate))];

    public X509Certificate2[] Roots { get; } = [.. chain.Where(IsRoot)];

    /// <summary>The certificate that signs for a timestamp authority.</summary>
    public X509Certificate2 Signer { get; } = chain.FirstOrDefault(certificate => !IsRoot(certificate)) ?? chain[0];

    public ValidityWindow ValidFor { get; } = validFor;

    private static bool IsRoot(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
