namespace Assay.Server.Pages;

/// <summary>What the pages of a scope have on top.</summary>
/// <param name="Scope"><c>@acme</c>.</param>
/// <param name="Organisation">Whose it is; null where nobody's, or not for this visitor.</param>
/// <param name="Tab">The page: <see cref="PackageTab.Trust"/> or <see cref="PackageTab.Publishing"/>.</param>
internal sealed record ScopeHead(string Scope, string? Organisation, PackageTab Tab)
{
    /// <summary>Below the registry.</summary>
    public string Address => $"-/scopes/{Scope}";
}
