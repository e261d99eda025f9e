using System.Diagnostics.CodeAnalysis;
using System.Text;
using Assay.Provenance.Sigstore.Bundles;

namespace Assay.Provenance.Sigstore.Roots;

/// <summary>Whom a verifier believes: logs, authorities for certificates and for timestamps, and the logs of the certificates.</summary>
public sealed class TrustedRoot
{
    private const string PublicResource = "Assay.Provenance.Sigstore.Roots.Public.trusted_root.json";

    private static readonly Lazy<string> ShippedDocument = new(ReadShippedDocument);

    private static readonly Lazy<TrustedRoot> Shipped = new(ReadShipped);

    internal TrustedRoot()
    {
    }

    /// <summary>The root of the public Sigstore instance, as it was when this was built.</summary>
    public static TrustedRoot PublicSigstore => Shipped.Value;

    /// <summary>The same as the JSON it is read from.</summary>
    public static string PublicSigstoreDocument => ShippedDocument.Value;

    /// <summary>Whether there is all that a bundle with a certificate is held against; of an empty root none verifies, and nobody would be told why.</summary>
    public bool CanVerifyCertificates => Logs.Count > 0 && CertificateLogs.Count > 0 && CertificateAuthorities.Count > 0;

    internal IReadOnlyList<TrustedLog> Logs { get; init; } = [];

    internal IReadOnlyList<TrustedLog> CertificateLogs { get; init; } = [];

    internal IReadOnlyList<TrustedAuthority> CertificateAuthorities { get; init; } = [];

    internal IReadOnlyList<TrustedAuthority> TimestampAuthorities { get; init; } = [];

    /// <summary>Reads a <c>trusted_root.json</c>. Keys of kinds that are not known here are left out: that is less trust, not more.</summary>
    public static bool TryParse(string json, [NotNullWhen(true)] out TrustedRoot? root)
    {
        ArgumentNullException.ThrowIfNull(json);
        return ProtoObject.TryRead(Encoding.UTF8.GetBytes(json), TrustedRootReader.Read, out root);
    }

    private static TrustedRoot ReadShipped() =>
        TryParse(PublicSigstoreDocument, out var root) ? root : throw new InvalidDataException("The shipped trusted root cannot be read.");

    private static string ReadShippedDocument()
    {
        using var stream = typeof(TrustedRoot).Assembly.GetManifestResourceStream(PublicResource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
