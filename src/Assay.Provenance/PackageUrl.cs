using Assay.Npm;

namespace Assay.Provenance;

/// <summary>How statements name a version: <c>pkg:npm/%40acme/x@1.0.0</c> (purl specification, type npm).</summary>
public static class PackageUrl
{
    public static string Of(PackageName name, SemanticVersion version) => $"{Of(name)}@{version}";

    /// <summary>Of the package as a whole.</summary>
    public static string Of(PackageName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return "pkg:npm/" + (name.Scope is null ? name.BaseName : $"%40{name.Scope[1..]}/{name.BaseName}");
    }
}
