using Assay.Trust.Providers;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// What a binding keeps of its provider's definition. An operator's file is pinned by its digest, so that a changed file is accepted
/// knowingly. What ships with Assay changes with Assay and is pinned as just that; a file in its place would not be it.
/// </summary>
internal static class DefinitionPin
{
    private const string Shipped = "";

    public static bool IsShipped(ProviderDefinition definition) => ProviderCatalog.Shipped.Find(definition.Id) is not null;

    public static string Of(ProviderDefinition definition) => IsShipped(definition) ? Shipped : definition.Digest;
}
