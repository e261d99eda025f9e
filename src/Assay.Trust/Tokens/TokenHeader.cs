using System.Text.Json;
using Assay.Trust.Refusals;

namespace Assay.Trust.Tokens;

/// <summary>The members that are believed; <c>jku</c>, <c>jwk</c>, <c>x5u</c>, <c>x5c</c> would let a token bring its own key.</summary>
internal sealed record TokenHeader(string Algorithm, string KeyId)
{
    public static Refusal? Read(JsonElement json, out TokenHeader? header)
    {
        header = null;
        if (json.TryGetProperty("crit", out _))
        {
            return UnverifiedToken.Malformed("it has critical header extensions (crit)");
        }
        if (json.TryGetProperty("typ", out var type) && Text(type)?.ToUpperInvariant() is not ("JWT" or "JOSE"))
        {
            return UnverifiedToken.Malformed("its type is not JWT");
        }
        if (!json.TryGetProperty("alg", out var alg) || Text(alg) is not { } algorithm || !TokenSignature.Supports(algorithm))
        {
            return new Refusal(RefusalCodes.AlgorithmNotAllowed, "Identity tokens must carry an asymmetric signature, such as RS256.");
        }
        if (!json.TryGetProperty("kid", out var kid) || Text(kid) is not { Length: > 0 } keyId)
        {
            return UnverifiedToken.Malformed("it names no key (kid)");
        }
        header = new TokenHeader(algorithm, keyId);
        return null;
    }

    private static string? Text(JsonElement element) => element.ValueKind is JsonValueKind.String ? element.GetString() : null;
}
