using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Assay.EndToEnd.Simulator;

/// <summary>A token taken apart as a verifier would, by nothing but the standards.</summary>
internal sealed class IssuedToken
{
    private readonly string signed;
    private readonly byte[] signature;

    public IssuedToken(string token)
    {
        var parts = token.Split('.');
        signed = $"{parts[0]}.{parts[1]}";
        signature = Base64Url.DecodeFromChars(parts[2]);
        Header = Read(parts[0]);
        Claims = Read(parts[1]);
    }

    public JsonObject Header { get; }

    public JsonObject Claims { get; }

    public string? this[string claim] => Claims[claim]?.ToString();

    public long Time(string claim) => (long)Claims[claim]!;

    public bool IsSignedBy(JsonArray keys) =>
        keys.FirstOrDefault(key => (string?)key!["kid"] == (string?)Header["kid"]) is JsonObject key && Verify(key);

    private bool Verify(JsonObject key) => (string?)key["kty"] == "EC" ? VerifyEc(key) : VerifyRsa(key);

    private bool VerifyEc(JsonObject key)
    {
        using var ec = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Bytes(key["x"]), Y = Bytes(key["y"]) } });

        return ec.VerifyData(Encoding.ASCII.GetBytes(signed), signature, HashAlgorithmName.SHA256);
    }

    private bool VerifyRsa(JsonObject key)
    {
        using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key["n"]), Exponent = Bytes(key["e"]) });

        return rsa.VerifyData(Encoding.ASCII.GetBytes(signed), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static byte[] Bytes(JsonNode? value) => Base64Url.DecodeFromChars((string)value!);

    private static JsonObject Read(string part) => (JsonObject)JsonNode.Parse(Base64Url.DecodeFromChars(part))!;
}
