using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Core.Tests.Trust;

/// <summary>Signs like a CI platform, with a key made once per run.</summary>
internal static class TestIssuer
{
    public const string KeyId = "78167f727deec9d801d1c8784c704a1c880ec0e1";

    private static readonly RSA Rsa = RSA.Create(2048);

    public static IReadOnlyList<JsonWebKey> Keys { get; } = [Key()];

    public static JsonWebKey Key(string use = "sig")
    {
        var key = PublicKey(Rsa, KeyId);
        key.Use = use;
        return key;
    }

    public static JsonWebKey PublicKey(RSA rsa, string keyId)
    {
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(rsa.ExportParameters(false)) { KeyId = keyId });
        key.Use = "sig";
        key.Alg = "RS256";
        return key;
    }

    public static string Sign(JsonObject payload) => Sign(Header(), payload.ToJsonString());

    public static string Sign(JsonObject header, string payload) => Sign(header, payload, Rsa);

    public static string Sign(JsonObject header, string payload, RSA rsa) =>
        Assemble(header, payload, bytes => rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Assemble(JsonObject header, string payload, Func<byte[], byte[]> sign)
    {
        var signed = $"{Encode(header.ToJsonString())}.{Encode(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public static JsonObject Header() => new() { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = KeyId };

    public static byte[] PublicPem() => Encoding.ASCII.GetBytes(Rsa.ExportSubjectPublicKeyInfoPem());

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
