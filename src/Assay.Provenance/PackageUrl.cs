using Assay.Npm;

namespace Assay.Provenance;

/// <summary>How statements name a version: <c>pkg:npm/%40acme/x@1.0.0</c> (purl specification, type npm).</summary>
public static class PackageUrl
{
    public static string Of(PackageName name, SemanticVersion version)
    {
        ArgumentNullException.ThrowIfNull(name);
        var path = name.Scope is null ? name.BaseName : $"%40{name.Scope[1..]}/{name.BaseName}";
        return $"pkg:npm/{path}@{version}";
    }
}
