using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Assay.SigstoreSimulator;

/// <summary>A root with an authority below it.</summary>
internal sealed class Authority
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 root;
    private readonly X509Certificate2 intermediate;
    private readonly DateTimeOffset since;

    public Authority(string name, DateTimeOffset since)
    {
        this.since = since;
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        root = Request($"CN={name} root", rootKey).CreateSelfSigned(since, since.AddYears(10));
        intermediate = Request($"CN={name}", key).Create(
            root.SubjectName, X509SignatureGenerator.CreateForECDsa(rootKey), since, since.AddYears(9), NewSerial());
    }

    public byte[] PublicKey => key.ExportSubjectPublicKeyInfo();

    public static byte[] NewSerial() => [1, .. RandomNumberGenerator.GetBytes(15)];

    public X509Certificate2 Issue(CertificateRequest request, DateTimeOffset from, DateTimeOffset until, byte[] serial)
    {
        lock (key)
        {
            return request.Create(intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), from, until, serial);
        }
    }

    /// <summary>As PEM, the issued one first.</summary>
    public IEnumerable<string> ChainOf(X509Certificate2 issued) => new[] { issued, intermediate, root }.Select(each => each.ExportCertificatePem());

    public JsonObject Json(params X509Certificate2[] below) => new()
    {
        ["certChain"] = new JsonObject
        {
            ["certificates"] = new JsonArray([.. below.Append(intermediate).Append(root)
                .Select(each => new JsonObject { ["rawBytes"] = Convert.ToBase64String(each.RawData) })]),
        },
        ["validFor"] = Root.Since(since),
    };

    private static CertificateRequest Request(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));

        return request;
    }
}
