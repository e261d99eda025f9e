using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Assay.SigstoreSimulator;

/// <summary>A timestamp authority (RFC 3161).</summary>
internal sealed class Timestamps
{
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";
    private const string Info = "1.2.840.113549.1.9.16.1.4";
    private const string SigningCertificate = "1.2.840.113549.1.9.16.2.47";
    private const string Policy = "1.3.6.1.4.1.57264.2";

    private readonly Authority authority;
    private readonly X509Certificate2 certificate;

    public Timestamps(DateTimeOffset since)
    {
        authority = new Authority("timestamps", since);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=timestamp signer", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.8")], critical: true));
        certificate = authority.Issue(request, since, since.AddYears(5), Authority.NewSerial()).CopyWithPrivateKey(key);
    }

    public JsonObject Json() => authority.Json(certificate);

    /// <summary>The authority's answer: granted, with a token over the data.</summary>
    public byte[] Stamp(byte[] data, DateTimeOffset time)
    {
        var cms = new SignedCms(new ContentInfo(new Oid(Info), InfoOf(data, time)));
        var signer = new CmsSigner(certificate) { DigestAlgorithm = new Oid(Sha256), IncludeOption = X509IncludeOption.EndCertOnly };
        signer.SignedAttributes.Add(new AsnEncodedData(new Oid(SigningCertificate), Nested(3, inner => inner.WriteOctetString(SHA256.HashData(certificate.RawData)))));
        cms.ComputeSignature(signer);
        var token = cms.Encode();

        return Nested(1, answer =>
        {
            using (answer.PushSequence())
            {
                answer.WriteInteger(0);
            }

            answer.WriteEncodedValue(token);
        });
    }

    private static byte[] InfoOf(byte[] data, DateTimeOffset time) => Nested(1, info =>
    {
        info.WriteInteger(1);
        info.WriteObjectIdentifier(Policy);
        using (info.PushSequence())
        {
            using (info.PushSequence())
            {
                info.WriteObjectIdentifier(Sha256);
            }

            info.WriteOctetString(SHA256.HashData(data));
        }

        info.WriteInteger(42);
        info.WriteGeneralizedTime(time, omitFractionalSeconds: true);
    });

    private static byte[] Nested(int depth, Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        Nest(writer, depth, write);

        return writer.Encode();
    }

    private static void Nest(AsnWriter writer, int depth, Action<AsnWriter> write)
    {
        if (depth == 0)
        {
            write(writer);

            return;
        }

        using (writer.PushSequence())
        {
            Nest(writer, depth - 1, write);
        }
    }
}
