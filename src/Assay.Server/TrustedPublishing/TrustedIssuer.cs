using System.Net;
using Assay.Server.Data.Rows;
using Assay.Trust.Bindings;
using Assay.Trust.Providers;

namespace Assay.Server.TrustedPublishing;

/// <summary>An enabled binding with its provider's definition and the way to its keys.</summary>
internal sealed record TrustedIssuer(IssuerBinding Binding, ProviderDefinition Definition)
{
    /// <summary>Uploaded keys, or null for discovery.</summary>
    public string? Jwks { get; init; }

    public required IReadOnlyList<IPNetwork> AllowedAddresses { get; init; }

    public bool InsecureHttp { get; init; }

    /// <summary>Null when the stored binding no longer fits its provider's definition, which suspends it.</summary>
    public static TrustedIssuer? From(IssuerBindingRow row, ProviderCatalog catalog)
    {
        var draft = new BindingDraft
        {
            Id = row.Id,
            ProviderId = row.ProviderId,
            Issuer = row.Issuer,
            Names = Lines(row.Names),
            Constants = Constants(row.Constants),
            AllowLoopbackHttp = row.InsecureHttp,
        };
        if (!IssuerBinding.TryCreate(catalog, draft, out var binding, out _) || catalog.Find(row.ProviderId) is not { } definition)
        {
            return null;
        }
        return new TrustedIssuer(binding, definition)
        {
            Jwks = row.Jwks,
            AllowedAddresses = [.. Lines(row.AllowedAddresses).Select(IPNetwork.Parse)],
            InsecureHttp = row.InsecureHttp,
        };
    }

    public static Dictionary<string, string> Constants(string lines) =>
        Lines(lines).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
