using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Assay.Trust.Refusals;

namespace Assay.Trust.Tokens;

/// <summary>
/// A well-formed identity token that nobody has vouched for. It shows only what is needed to find the issuer's keys; the claims stay
/// inside until <see cref="TokenVerification"/> has checked the signature.
/// </summary>
public sealed class UnverifiedToken
{
    private UnverifiedToken(TokenHeader header, string issuer, JsonElement payload, byte[] signedBytes, byte[] signature)
    {
        Algorithm = header.Algorithm;
        KeyId = header.KeyId;
        Issuer = issuer;
        Payload = payload;
        SignedBytes = signedBytes;
        Signature = signature;
    }

    /// <summary>What the token says its issuer is: a key for looking up a binding, nothing more.</summary>
    public string Issuer { get; }

    public string Algorithm { get; }

    public string KeyId { get; }

    internal JsonElement Payload { get; }

    /// <summary>Header and payload segments as sent: what the signature covers, and what a token without <c>jti</c> is known by.</summary>
    internal byte[] SignedBytes { get; }

    internal byte[] Signature { get; }

    public static bool TryParse(
        string text, TokenLimits limits, [NotNullWhen(true)] out UnverifiedToken? token, [NotNullWhen(false)] out Refusal? refusal)
    {
        token = null;
        if (text.Length > limits.Characters)
        {
            refusal = Malformed($"it is longer than {limits.Characters} characters");
            return false;
        }
        var segments = text.Split('.', 4);
        if (segments.Length != 3
            || StrictBase64Url.Decode(segments[0]) is not { } headerBytes
            || StrictBase64Url.Decode(segments[1]) is not { } payloadBytes
            || StrictBase64Url.Decode(segments[2]) is not { } signature)
        {
            refusal = Malformed("it is not three segments of base64url");
            return false;
        }
        if (StrictJson.Parse(headerBytes, limits) is not { } headerJson || StrictJson.Parse(payloadBytes, limits) is not { } payload)
        {
            refusal = Malformed("header and payload must be JSON objects within limits, without duplicate members");
            return false;
        }
        refusal = TokenHeader.Read(headerJson, out var header);
        if (refusal is not null)
        {
            return false;
        }
        // After the algorithm: `alg: none` comes without a signature, and is to be called what it is.
        if (signature.Length == 0)
        {
            refusal = Malformed("it has no signature");
            return false;
        }
        if (!payload.TryGetProperty("iss", out var issuer) || issuer.ValueKind is not JsonValueKind.String || issuer.ValueEquals(""))
        {
            refusal = Malformed("it names no issuer (iss)");
            return false;
        }
        var signedBytes = Encoding.ASCII.GetBytes(text, 0, segments[0].Length + 1 + segments[1].Length);
        token = new UnverifiedToken(header!, issuer.GetString()!, payload, signedBytes, signature);
        return true;
    }

    /// <summary>Never the token itself: a log line with it would be a credential.</summary>
    public override string ToString() => $"unverified token of {Printable.Value(Issuer)}";

    internal static Refusal Malformed(string why) =>
        new(RefusalCodes.MalformedToken, $"The bearer value is not an identity token: {why}.");
}
