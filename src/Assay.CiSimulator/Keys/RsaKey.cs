using System.Buffers.Text;
using System.Security.Cryptography;

namespace Assay.CiSimulator.Keys;

internal sealed class RsaKey : SigningKey
{
    public const string Rs256 = "RS256";

    private readonly RSA rsa = RSA.Create(2048);

    public RsaKey()
    {
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        Canonical = $$"""{"e":"{{Base64Url.EncodeToString(parameters.Exponent)}}","kty":"RSA","n":"{{Base64Url.EncodeToString(parameters.Modulus)}}"}""";
    }

    public override string Algorithm => Rs256;

    public override string PublicPem => rsa.ExportSubjectPublicKeyInfoPem();

    protected override string Canonical { get; }

    protected override byte[] Sign(byte[] text) => rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}
