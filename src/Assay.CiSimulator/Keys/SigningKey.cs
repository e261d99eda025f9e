using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Assay.CiSimulator.Keys;

internal sealed class SigningKey
{
    private readonly RSA rsa;
    private readonly Lock gate = new();

    private SigningKey(RSA rsa)
    {
        this.rsa = rsa;
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        Modulus = Base64Url.EncodeToString(parameters.Modulus);
        Exponent = Base64Url.EncodeToString(parameters.Exponent);
        PublicPem = rsa.ExportSubjectPublicKeyInfoPem();
        Id = new Guid(Thumbprint().AsSpan(0, 16)).ToString();
    }

    public string Id { get; }

    public string PublicPem { get; }

    private string Modulus { get; }

    private string Exponent { get; }

    public static SigningKey Create() => new(RSA.Create(2048));

    public byte[] Sign(string text)
    {
        lock (gate)
        {
            return rsa.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
    }

    public JsonObject ToJwk() => new()
    {
        ["kty"] = "RSA",
        ["alg"] = "RS256",
        ["use"] = "sig",
        ["kid"] = Id,
        ["n"] = Modulus,
        ["e"] = Exponent,
    };

    // RFC 7638: the members in this order, no white space.
    private byte[] Thumbprint() =>
        SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"e":"{{Exponent}}","kty":"RSA","n":"{{Modulus}}"}"""));
}
