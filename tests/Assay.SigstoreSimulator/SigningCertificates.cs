using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Assay.SigstoreSimulator;

/// <summary>Makes out the short-lived certificates, each with its log's promise in it (RFC 6962, section 3.2).</summary>
internal sealed class SigningCertificates(Authority authority, LogKey log)
{
    private const string CodeSigning = "1.3.6.1.5.5.7.3.3";
    private const string Promises = "1.3.6.1.4.1.11129.2.4.2";
    private const string Arc = "1.3.6.1.4.1.57264.1.";

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    public X509Certificate2 Issue(PublicKey key, CertifiedClaims claims, DateTimeOffset from)
    {
        var serial = Authority.NewSerial();
        // Certificates count in seconds; the log's promise counts in milliseconds, and must not be of another body.
        var begin = DateTimeOffset.FromUnixTimeSeconds(from.ToUnixTimeSeconds());
        using var promised = authority.Issue(Request(key, claims), begin, begin + Life, serial);
        var request = Request(key, claims);
        request.CertificateExtensions.Add(PromiseOf(promised, begin));

        return authority.Issue(request, begin, begin + Life, serial);
    }

    private static CertificateRequest Request(PublicKey key, CertifiedClaims claims)
    {
        var request = new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(CodeSigning)], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(claims.Name));
        request.CertificateExtensions.Add(names.Build(critical: true));

        foreach (var (extension, text) in claims.Extensions)
        {
            request.CertificateExtensions.Add(new X509Extension($"{Arc}{extension}", extension < 8 ? Encoding.UTF8.GetBytes(text) : Der(text), critical: false));
        }

        return request;
    }

    private static byte[] Der(string text)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteCharacterString(UniversalTagNumber.UTF8String, text);

        return writer.Encode();
    }

    private X509Extension PromiseOf(X509Certificate2 promised, DateTimeOffset at)
    {
        var body = new AsnReader(promised.RawData, AsnEncodingRules.DER).ReadSequence().ReadEncodedValue().ToArray();
        var time = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(time, at.ToUnixTimeMilliseconds());
        var signature = log.Sign((byte[])
        [
            0, 0, .. time, 0, 1, .. SHA256.HashData(authority.PublicKey),
            (byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, .. body, 0, 0,
        ]);
        // SHA-256 and ECDSA, as TLS numbers them.
        byte[] promise = [0, .. log.Id, .. time, 0, 0, 4, 3, .. Sized(signature)];
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(Sized(Sized(promise)));

        return new X509Extension(Promises, writer.Encode(), critical: false);
    }

    private static byte[] Sized(byte[] bytes) => [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
}
