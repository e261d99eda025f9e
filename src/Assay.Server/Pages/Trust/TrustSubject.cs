using Assay.Npm;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.Bindings;

namespace Assay.Server.Pages;

/// <summary>The pages about trust in a package or a scope, in the order of their links.</summary>
internal enum TrustTab
{
    Policies,
    New,
    Attempts,
    Try,
    Lint,
}

/// <summary>What a page about trust speaks of: a package, or a scope with its patterns.</summary>
/// <param name="Head">The package's head; null for a scope.</param>
/// <param name="Scope">The scope; of a package its own, empty where it has none.</param>
internal sealed record TrustSubject(PackageHead? Head, string Scope)
{
    public TrustTab Tab { get; init; }

    /// <summary>The scope's head; null for a package.</summary>
    public ScopeHead? ScopeHead { get; init; }

    /// <summary>The package; null for a scope.</summary>
    public PackageName? Package => Head?.Name;

    public string Name => Head?.Name.Value ?? Scope;

    /// <summary>Below the registry, without what stands behind it.</summary>
    public string Address => Head?.Address ?? $"-/scopes/{Scope}";

    public string TrustAddress => $"{Address}/trust";

    /// <summary>The names around it among which owners are known: its scope, or itself where it has none.</summary>
    public string Around => Scope.Length > 0 ? Scope : Name;

    /// <summary>What a new policy speaks of, unless its author says otherwise.</summary>
    public string Target => Head?.Name.Value ?? $"{Scope}/*";

    /// <summary>Whether a policy of these names belongs on the page.</summary>
    public bool IsAbout(NamePattern target) => Head is null ? !target.IsExact && target.Scope == Scope : target.Text == Name;

    /// <summary>From the address: <c>{package}</c> or <c>{scope}</c>; null for what is neither.</summary>
    public static async Task<TrustSubject?> FindAsync(RouteValueDictionary route, Visitor visitor, ReadPackageHead heads, TrustTab tab, CancellationToken cancellationToken)
    {
        if (route["package"] is string text)
        {
            return PackageName.TryParse(text, null, out var name)
                ? new TrustSubject(await heads.OfAsync(name, visitor, PackageTab.Trust, version: null, cancellationToken), name.Scope ?? "") { Tab = tab }
                : null;
        }
        return route["scope"] is string scope && ScopeName.IsScope(scope)
            ? new TrustSubject(null, scope) { Tab = tab, ScopeHead = await heads.OfScopeAsync(scope, visitor, PackageTab.Trust, cancellationToken) }
            : null;
    }
}
