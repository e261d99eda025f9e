using Assay.Npm;

namespace Assay.Server.Upstream.Advisories;

/// <summary>The ranges of an advisory, alternatives in npm's notation.</summary>
internal static class VulnerableRange
{
    public const string Everything = "*";
    public const string Or = " || ";

    /// <summary>
    /// Pre-releases by their order, as npm's audit reads these ranges. Alternative by alternative: an advisory may list more versions than a range may be
    /// long. What cannot be read holds, because the other answer would be that all is well.
    /// </summary>
    public static bool Holds(string ranges, SemanticVersion version) =>
        ranges.Split(Or).Any(text => text == Everything || !VersionRange.TryParse(text, out var range) || range.ContainsByOrder(version));
}
