using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Assay.Provenance.Sigstore.Certificates;

/// <summary>Reads a certificate's identity. What would be read two ways is not read at all.</summary>
internal static class CertificateIdentityReader
{
    private const string Arc = "1.3.6.1.4.1.57264.1.";
    private const string SubjectAlternativeName = "2.5.29.17";
    private const int EmailTag = 1;
    private const int UriTag = 6;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <returns>Null when the certificate does not name exactly one identity.</returns>
    public static CertificateIdentity? Read(X509Certificate2 certificate)
    {
        try
        {
            var extensions = new Dictionary<IdentityExtension, string>();
            var names = new List<string>();
            foreach (var extension in certificate.Extensions)
            {
                if (extension.Oid?.Value == SubjectAlternativeName)
                {
                    names.AddRange(ReadNames(extension.RawData));
                }
                else if (Number(extension.Oid?.Value) is { } number && !extensions.TryAdd(number, ReadText(number, extension.RawData)))
                {
                    return null;
                }
            }
            return names is [{ Length: > 0 } name] && IssuersAgree(extensions) ? new CertificateIdentity(name, extensions) : null;
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException or DecoderFallbackException)
        {
            return null;
        }
    }

    private static IdentityExtension? Number(string? oid) =>
        oid is not null && oid.StartsWith(Arc, StringComparison.Ordinal)
        && int.TryParse(oid.AsSpan(Arc.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number > 0 && Enum.IsDefined((IdentityExtension)number)
            ? (IdentityExtension)number
            : null;

    /// <summary>The old extensions are the text itself, the others a DER UTF8String around it.</summary>
    private static string ReadText(IdentityExtension extension, byte[] value)
    {
        if (extension < IdentityExtension.Issuer)
        {
            return StrictUtf8.GetString(value);
        }
        var reader = new AsnReader(value, AsnEncodingRules.DER);
        var text = reader.ReadCharacterString(UniversalTagNumber.UTF8String);
        reader.ThrowIfNotEmpty();
        return text;
    }

    private static IEnumerable<string> ReadNames(byte[] value)
    {
        var outer = new AsnReader(value, AsnEncodingRules.DER);
        var names = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        while (names.HasData)
        {
            var tag = names.PeekTag();
            if (tag is { TagClass: TagClass.ContextSpecific, TagValue: EmailTag or UriTag })
            {
                yield return names.ReadCharacterString(UniversalTagNumber.IA5String, tag);
            }
            else
            {
                names.ReadEncodedValue();
                yield return "";
            }
        }
    }

    private static bool IssuersAgree(Dictionary<IdentityExtension, string> extensions) =>
        !extensions.TryGetValue(IdentityExtension.OldIssuer, out var old) || !extensions.TryGetValue(IdentityExtension.Issuer, out var issuer)
        || old == issuer;
}
