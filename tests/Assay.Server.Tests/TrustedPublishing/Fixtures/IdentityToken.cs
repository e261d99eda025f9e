using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Assay.Server.Tests.TrustedPublishing.Fixtures;

/// <summary>Takes identity tokens apart and puts them together by hand, for what no honest issuer would mint.</summary>
internal static class IdentityToken
{
    public static JsonObject Payload(string token) =>
        JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]))!.AsObject();

    public static JsonObject Header(string token) =>
        JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[0]))!.AsObject();

    public static string Join(string headerJson, string payloadJson, Func<string, byte[]> sign)
    {
        var text = $"{Part(headerJson)}.{Part(payloadJson)}";
        return $"{text}.{Base64Url.EncodeToString(sign(text))}";
    }

    public static string Sign(RSA key, string keyId, JsonObject payload) => Join(
        new JsonObject { ["alg"] = "RS256", ["kid"] = keyId, ["typ"] = "JWT" }.ToJsonString(),
        payload.ToJsonString(),
        text => key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
