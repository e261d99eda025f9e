using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Assay.CiSimulator.Keys;

/// <summary>A key of one algorithm. Its id is its own thumbprint (RFC 7638), so that two keys never share one.</summary>
internal abstract class SigningKey
{
    private readonly Lock gate = new();

    public abstract string Algorithm { get; }

    public abstract string PublicPem { get; }

    public string Id => field ??= new Guid(SHA256.HashData(Encoding.ASCII.GetBytes(Canonical)).AsSpan(0, 16)).ToString();

    /// <summary>The public members in the order of RFC 7638, without white space.</summary>
    protected abstract string Canonical { get; }

    public static SigningKey Create(string algorithm = RsaKey.Rs256) => algorithm switch
    {
        RsaKey.Rs256 => new RsaKey(),
        EcKey.Es256 => new EcKey(),
        _ => throw new FormatException($"Tokens are signed with {RsaKey.Rs256} or {EcKey.Es256}, not with '{algorithm}'."),
    };

    public byte[] Sign(string text)
    {
        lock (gate)
        {
            return Sign(Encoding.ASCII.GetBytes(text));
        }
    }

    public JsonObject ToJwk()
    {
        var jwk = (JsonObject)JsonNode.Parse(Canonical)!;
        jwk["alg"] = Algorithm;
        jwk["use"] = "sig";
        jwk["kid"] = Id;

        return jwk;
    }

    protected abstract byte[] Sign(byte[] text);
}
