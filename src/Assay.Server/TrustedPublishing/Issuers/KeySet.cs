using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>Reads a key set (RFC 7517), as fetched or as an operator uploads it.</summary>
internal static class KeySet
{
    // Issuers have one to a dozen; each key is tried by every token that names it, and kept in memory.
    private const int MostKeys = 100;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <exception cref="IssuerUnreachable">The text is not a set with a usable number of keys.</exception>
    public static IReadOnlyList<JsonWebKey> Parse(string jwks)
    {
        var keys = Read(jwks);
        return keys.Count switch
        {
            0 => throw new IssuerUnreachable("The key set holds no keys."),
            > MostKeys => throw new IssuerUnreachable($"The key set holds {keys.Count} keys; more than {MostKeys} are not taken."),
            _ => [.. keys],
        };
    }

    /// <summary>What is wrong with a set that an operator uploads, or null. What should have stayed with the issuer is not stored.</summary>
    public static string? ProblemWith(string jwks)
    {
        try
        {
            return Parse(jwks).Any(key => key.HasPrivateKey || key.K is not null)
                ? "The key set holds a private or shared key. Upload the public keys only, and replace that one at the issuer."
                : null;
        }
        catch (IssuerUnreachable failure)
        {
            return failure.Message;
        }
    }

    private static IList<JsonWebKey> Read(string jwks)
    {
        try
        {
            _ = JsonElement.Parse(jwks, Strict);
            return new JsonWebKeySet(jwks).Keys;
        }
        catch (Exception malformed) when (malformed is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new IssuerUnreachable("The key set is not a JSON object in which each member stands once.");
        }
    }
}
