using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Assay.CiSimulator.Keys;

internal static class Jwt
{
    public static string Sign(SigningKeys keys, JsonObject claims, Forgery forgery)
    {
        var current = keys.Current;

        return forgery switch
        {
            Forgery.AlgNone => Encode("none", current.Id, claims, _ => []),
            Forgery.Hs256PublicKey => Encode("HS256", current.Id, claims, text => Hmac(current, text)),
            Forgery.BadSignature => Encode(current.Algorithm, current.Id, claims, SigningKey.Create(current.Algorithm).Sign),
            Forgery.UnknownKey => SignWith(SigningKey.Create(current.Algorithm), claims),
            _ => SignWith(current, claims),
        };
    }

    private static string SignWith(SigningKey key, JsonObject claims) => Encode(key.Algorithm, key.Id, claims, key.Sign);

    private static string Encode(string algorithm, string keyId, JsonObject claims, Func<string, byte[]> sign)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["kid"] = keyId, ["typ"] = "JWT" };
        var text = $"{Part(header)}.{Part(claims)}";

        return $"{text}.{Base64Url.EncodeToString(sign(text))}";
    }

    private static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static byte[] Hmac(SigningKey key, string text) =>
        HMACSHA256.HashData(Encoding.ASCII.GetBytes(key.PublicPem), Encoding.ASCII.GetBytes(text));
}
