using Assay.Npm;

namespace Assay.Server.Packages;

internal static class ScopeName
{
    /// <summary><c>@acme</c>: what stands before the slash of a name.</summary>
    public static bool IsScope(string text) => text.StartsWith('@') && !text.Contains('/', StringComparison.Ordinal) && PackageName.TryParse($"{text}/x", out _);

    /// <summary>Whether packages that do not exist yet could be named in it.</summary>
    public static bool IsForNewPackages(string text) => IsScope(text) && PackageName.TryParse($"{text}/x", out var name) && name.IsValidForNewPackages;
}
