using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Assay.Core.Tests.Provenance.World;

/// <summary>A root with an authority below it, valid for years.</summary>
internal sealed class TestAuthority
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly X509Certificate2 root;
    private readonly X509Certificate2 intermediate;
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestAuthority(string name)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = Request($"CN={name} root", rootKey);
        root = request.CreateSelfSigned(Begin, Begin.AddYears(10));
        intermediate = Request($"CN={name}", key).Create(
            root.SubjectName, X509SignatureGenerator.CreateForECDsa(rootKey), Begin, Begin.AddYears(9), [1]);
    }

    public byte[] PublicKey => key.ExportSubjectPublicKeyInfo();

    public X509Certificate2 Issue(CertificateRequest request, DateTimeOffset from, DateTimeOffset until) =>
        request.Create(intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), from, until, [7, 7]);

    public JsonObject Json(params X509Certificate2[] below) => new()
    {
        ["certChain"] = new JsonObject
        {
            ["certificates"] = new JsonArray([.. below.Append(intermediate).Append(root)
                .Select(certificate => new JsonObject { ["rawBytes"] = Convert.ToBase64String(certificate.RawData) })]),
        },
        ["validFor"] = new JsonObject { ["start"] = "2026-01-01T00:00:00Z" },
    };

    private static CertificateRequest Request(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        return request;
    }
}
