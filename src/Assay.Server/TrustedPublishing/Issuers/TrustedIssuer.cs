using System.Net;
using Assay.Server.Data.Rows;
using Assay.Trust.Bindings;
using Assay.Trust.Providers;

namespace Assay.Server.TrustedPublishing;

/// <summary>A binding with its provider's definition and the way to its keys.</summary>
internal sealed record TrustedIssuer(IssuerBinding Binding, ProviderDefinition Definition)
{
    /// <summary>Uploaded keys, or null for discovery.</summary>
    public string? Jwks { get; init; }

    public required IReadOnlyList<IPNetwork> AllowedAddresses { get; init; }

    public bool InsecureHttp { get; init; }

    /// <summary>All that says where the keys come from: when it differs, those that are known are not this issuer's.</summary>
    public string KeySource { get; init; } = "";

    /// <summary>The issuer as stored; or in one sentence why it cannot be trusted as it stands, which suspends it.</summary>
    public static (TrustedIssuer? Issuer, string? Problem) From(IssuerBindingRow row, ProviderCatalog catalog)
    {
        if (catalog.Find(row.ProviderId) is not { } definition)
        {
            return (null, $"There is no definition of a provider '{row.ProviderId}' any more. Put its files back and start again, or remove the issuer.");
        }
        if (row.DefinitionDigest != DefinitionPin.Of(definition))
        {
            return (null, $"The definition of provider '{definition.Id}' is not the one that was accepted for this issuer. Look at what changed, then: ./run admin issuer accept {row.Id}");
        }
        if (!IssuerBinding.TryCreate(catalog, BindingRows.ToDraft(row), out var binding, out var problems))
        {
            return (null, string.Join(" ", problems));
        }
        return (new TrustedIssuer(binding, definition)
        {
            Jwks = row.Jwks,
            AllowedAddresses = [.. BindingRows.Lines(row.AllowedAddresses).Select(IPNetwork.Parse)],
            InsecureHttp = row.InsecureHttp,
            KeySource = $"{row.Issuer}\n{row.AllowedAddresses}\n{row.Jwks}",
        }, null);
    }
}
