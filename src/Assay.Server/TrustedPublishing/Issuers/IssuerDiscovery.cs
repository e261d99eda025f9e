using System.Text.Json;
using Assay.Trust.Refusals;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>From an issuer's URL by its discovery document to its keys.</summary>
internal sealed class IssuerDiscovery(IssuerFetch fetch)
{
    private const string WellKnown = "/.well-known/openid-configuration";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <exception cref="IssuerUnreachable">A document could not be had, or is not what it should be; the message is for operators.</exception>
    public async Task<IReadOnlyList<JsonWebKey>> KeysAsync(TrustedIssuer issuer, CancellationToken cancellationToken)
    {
        var url = new Uri(issuer.Binding.Issuer);
        var document = await fetch.GetAsync(DocumentOf(issuer), issuer, cancellationToken);
        return KeySet.Parse(await fetch.GetAsync(KeysOf(document, url, issuer), issuer, cancellationToken));
    }

    public static Uri DocumentOf(TrustedIssuer issuer) => new(new Uri(issuer.Binding.Issuer).AbsoluteUri.TrimEnd('/') + WellKnown);

    private static Uri KeysOf(string document, Uri url, TrustedIssuer issuer)
    {
        var (named, keys) = Read(document);
        if (named != issuer.Binding.Issuer)
        {
            throw new IssuerUnreachable($"The discovery document says that its issuer is '{Printable.Value(named ?? "")}', not '{issuer.Binding.Issuer}'.");
        }
        return Uri.TryCreate(keys, UriKind.Absolute, out var found) && IsAcceptable(found, url, issuer)
            ? found
            : throw new IssuerUnreachable(
                $"The discovery document names keys at '{Printable.Value(keys ?? "")}', which is not on the issuer's own host. Upload the keys instead (--jwks).");
    }

    // Keys on another host would hand the trust in this issuer to whoever runs that host. A definition can name such hosts: Google's, say.
    private static bool IsAcceptable(Uri keys, Uri issuer, TrustedIssuer trusted) =>
        keys.UserInfo.Length == 0
        && ((keys.Scheme == issuer.Scheme && keys.Authority == issuer.Authority)
            || (keys.Scheme == Uri.UriSchemeHttps && keys.IsDefaultPort && trusted.Definition.Keys.Hosts.Contains(keys.Host, StringComparer.Ordinal)));

    private static (string? Issuer, string? Keys) Read(string document)
    {
        try
        {
            var root = JsonElement.Parse(document, Strict);
            return (Text(root, "issuer"), Text(root, "jwks_uri"));
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            throw new IssuerUnreachable("The discovery document is not a JSON object in which each member stands once.");
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var member) && member.ValueKind is JsonValueKind.String ? member.GetString() : null;
}
