using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Assay.Provenance.Sigstore.Bundles;
using Assay.Provenance.Sigstore.Keys;

namespace Assay.Provenance.Sigstore.Roots;

/// <summary>The shape of a trusted root.</summary>
internal static class TrustedRootReader
{
    private const string MediaType = "application/vnd.dev.sigstore.trustedroot+json;version=0.1";
    private const string MediaType2 = "application/vnd.dev.sigstore.trustedroot.v0.2+json";
    private const int Most = 256;

    public static TrustedRoot Read(ProtoObject root) =>
        root.Text("mediaType") is MediaType or MediaType2
            ? new TrustedRoot
            {
                Logs = ReadLogs(root, "tlogs"),
                CertificateLogs = ReadLogs(root, "ctlogs"),
                CertificateAuthorities = ReadAuthorities(root, "certificateAuthorities"),
                TimestampAuthorities = ReadAuthorities(root, "timestampAuthorities"),
            }
            : throw new MalformedException("the media type is not known");

    private static IReadOnlyList<TrustedLog> ReadLogs(ProtoObject root, string name) =>
        [.. root.Objects(name, Most).Select(ReadLog).OfType<TrustedLog>()];

    private static TrustedLog? ReadLog(ProtoObject log)
    {
        var key = log.Object("publicKey");
        return ReadKey(key) is { } known
            ? new TrustedLog(
                log.Object("logId").Bytes("keyId"),
                Uri.TryCreate(log.Text("baseUrl"), UriKind.Absolute, out var url) ? url : null,
                known,
                ReadWindow(key))
            : null;
    }

    private static VerificationKey? ReadKey(ProtoObject key)
    {
        var der = key.Bytes("rawBytes");
        return key.Text("keyDetails") switch
        {
            "PKCS1_RSA_PKCS1V5" => VerificationKey.FromPkcs1(der) ?? throw new MalformedException("a key cannot be read"),
            "PKIX_ECDSA_P256_SHA_256" => ReadKey(der, KeyAlgorithm.EcdsaP256),
            "PKIX_ECDSA_P384_SHA_384" => ReadKey(der, KeyAlgorithm.EcdsaP384),
            "PKIX_ECDSA_P521_SHA_512" => ReadKey(der, KeyAlgorithm.EcdsaP521),
            "PKIX_ED25519" => ReadKey(der, KeyAlgorithm.Ed25519),
            "PKIX_RSA_PKCS1V15_2048_SHA256" or "PKIX_RSA_PKCS1V15_3072_SHA256" or "PKIX_RSA_PKCS1V15_4096_SHA256" =>
                ReadKey(der, KeyAlgorithm.Rsa),
            _ => null,
        };
    }

    private static VerificationKey ReadKey(byte[] der, KeyAlgorithm expected) =>
        VerificationKey.TryCreate(der, out var key) && key.Algorithm == expected
            ? key
            : throw new MalformedException("a key is not what it is called");

    private static IReadOnlyList<TrustedAuthority> ReadAuthorities(ProtoObject root, string name) =>
        [.. root.Objects(name, Most).Select(authority => new TrustedAuthority(ReadChain(authority.Object("certChain")), ReadWindow(authority)))];

    private static X509Certificate2[] ReadChain(ProtoObject chain)
    {
        try
        {
            var certificates = chain.Objects("certificates", Most)
                .Select(certificate => X509CertificateLoader.LoadCertificate(certificate.Bytes("rawBytes"))).ToArray();
            return certificates.Length > 0 ? certificates : throw new MalformedException("a chain is empty");
        }
        catch (CryptographicException exception)
        {
            throw new MalformedException("a certificate cannot be read", exception);
        }
    }

    private static ValidityWindow ReadWindow(ProtoObject body) =>
        body.OptionalObject("validFor") is { } window ? new ValidityWindow(window.Time("start"), window.Time("end")) : default;
}
