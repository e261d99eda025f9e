using System.Buffers.Text;
using System.Security.Cryptography;

namespace Assay.CiSimulator.Keys;

internal sealed class EcKey : SigningKey
{
    public const string Es256 = "ES256";

    private readonly ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public EcKey()
    {
        var point = ec.ExportParameters(includePrivateParameters: false).Q;
        Canonical = $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
    }

    public override string Algorithm => Es256;

    public override string PublicPem => ec.ExportSubjectPublicKeyInfoPem();

    protected override string Canonical { get; }

    // A JWS has the two numbers side by side, not the usual DER (RFC 7518, 3.4).
    protected override byte[] Sign(byte[] text) => ec.SignData(text, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
