using Assay.Trust.Providers;

namespace Assay.Server.Pages;

/// <summary>What the builder id in provenance statements leads to: what the registry does and does not vouch for.</summary>
internal sealed class BuilderPage(ProviderCatalog catalog) : RegistryPage
{
    public const string Honest = "A token with these claims was presented for this package, and then these bytes were uploaded with the credential exchanged for it.";
    public const string Limits = "The registry did not watch the build. Provenance does not mean that a package is safe.";

    public IEnumerable<ProviderDefinition> Definitions => catalog.Definitions.Where(definition => definition.Provenance is not null).OrderBy(definition => definition.DisplayName, StringComparer.OrdinalIgnoreCase);
}
