using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Provenance;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Core.Tests.Provenance;

/// <summary>From the text of a bundle to its verdict.</summary>
internal static class Bundles
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    public static BundleVerdict Verify(string json, TrustedRoot root, BundleExpectations expectations) =>
        UnverifiedBundle.TryParse(json, out var bundle, out var refused) ? BundleVerification.Verify(bundle, root, expectations, Now) : refused;

    public static string Code(BundleVerdict verdict) => verdict is BundleVerdict.Refused refused ? refused.Code : "";

    public static ExpectedArtifact.Package Package(string name, string version, Integrity integrity)
    {
        Assert.True(PackageName.TryParse(name, out var package));
        Assert.True(SemanticVersion.TryParse(version, out var parsed));
        return new ExpectedArtifact.Package(package, parsed, integrity);
    }

    /// <summary>The place in a bundle that a path like <c>a/0/b</c> leads to.</summary>
    public static JsonNode At(this JsonNode bundle, string path) => path.Split('/')
        .Aggregate(bundle, (node, step) => (int.TryParse(step, out var index) ? node[index] : node[step]) ?? throw new KeyNotFoundException(path));
}
