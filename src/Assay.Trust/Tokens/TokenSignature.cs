using System.Collections.Frozen;
using System.Security.Cryptography;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Trust.Tokens;

/// <summary>Finds the one key a token names, asks whether it may be used so, and lets the library verify.</summary>
internal static class TokenSignature
{
    private const int LeastRsaBits = 2048;

    private static readonly FrozenDictionary<string, string> KeyKinds = new Dictionary<string, string>
    {
        [SecurityAlgorithms.RsaSha256] = "RSA",
        [SecurityAlgorithms.RsaSha384] = "RSA",
        [SecurityAlgorithms.RsaSha512] = "RSA",
        [SecurityAlgorithms.RsaSsaPssSha256] = "RSA",
        [SecurityAlgorithms.RsaSsaPssSha384] = "RSA",
        [SecurityAlgorithms.RsaSsaPssSha512] = "RSA",
        [SecurityAlgorithms.EcdsaSha256] = "EC P-256",
        [SecurityAlgorithms.EcdsaSha384] = "EC P-384",
        [SecurityAlgorithms.EcdsaSha512] = "EC P-521",
    }.ToFrozenDictionary();

    /// <summary>Never <c>none</c>, and never HMAC: there the verification key would also be the signing key.</summary>
    public static bool Supports(string algorithm) => KeyKinds.ContainsKey(algorithm);

    public static Refusal? Check(UnverifiedToken token, ProviderDefinition definition, IReadOnlyList<JsonWebKey> keys)
    {
        if (!definition.Algorithms.Contains(token.Algorithm, StringComparer.Ordinal))
        {
            return new Refusal(RefusalCodes.AlgorithmNotAllowed, $"{definition.DisplayName} tokens are not signed with {token.Algorithm}.");
        }
        var named = keys.Where(key => key.Kid == token.KeyId).ToList();
        if (named.Count == 0)
        {
            return new Refusal(RefusalCodes.UnknownKey, $"The issuer lists no key '{Printable.Value(token.KeyId)}'.");
        }
        var key = named.Find(candidate => Suits(candidate, definition.Keys.Use, token.Algorithm));
        return (key is null ? null : Verifies(token, key)) switch
        {
            true => null,
            false => new Refusal(RefusalCodes.BadSignature, "The signature of the identity token does not verify."),
            null => new Refusal(
                RefusalCodes.KeyNotSuitable, $"Key '{Printable.Value(token.KeyId)}' is not a signing key for {token.Algorithm}."),
        };
    }

    private static bool Suits(JsonWebKey key, string use, string algorithm) =>
        key.Use == use
        && (string.IsNullOrEmpty(key.Alg) || key.Alg == algorithm)
        && (key.Kty == "EC" ? $"EC {key.Crv}" : key.Kty) == KeyKinds[algorithm]
        && (key.Kty != "RSA" || RsaBits(key) >= LeastRsaBits);

    private static int RsaBits(JsonWebKey key)
    {
        var modulus = StrictBase64Url.Decode(key.N ?? "").AsSpan().TrimStart((byte)0);
        return modulus.Length * 8;
    }

    /// <summary>Null when the issuer's key is broken: its numbers are no key.</summary>
    private static bool? Verifies(UnverifiedToken token, JsonWebKey key)
    {
        // The factory keeps one provider per key and algorithm; releasing hands it back to that cache.
        var factory = key.CryptoProviderFactory;
        SignatureProvider? provider = null;
        try
        {
            provider = factory.CreateForVerifying(key, token.Algorithm);
            return provider.Verify(token.SignedBytes, token.Signature);
        }
        catch (Exception broken) when (broken is ArgumentException or FormatException or NotSupportedException
            or InvalidOperationException or CryptographicException)
        {
            return null;
        }
        finally
        {
            if (provider is not null)
            {
                factory.ReleaseSignatureProvider(provider);
            }
        }
    }
}
