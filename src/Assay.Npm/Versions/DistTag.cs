using System.Diagnostics.CodeAnalysis;

namespace Assay.Npm;

/// <summary>
/// The name of a distribution tag, such as <c>latest</c>. It is never a version or a range of versions, because
/// <c>npm install x@1.x</c> could then mean two things.
/// </summary>
public sealed record DistTag
{
    /// <summary>npm sets no limit; this one keeps the documents small.</summary>
    public const int MaxLength = 214;

    private DistTag(string value) => Value = value;

    /// <summary>The tag that an install without a tag means, and the only one that cannot be removed.</summary>
    public static DistTag Latest { get; } = new("latest");

    public string Value { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out DistTag? tag)
    {
        tag = IsTag(text) ? new DistTag(text) : null;
        return tag is not null;
    }

    public override string ToString() => Value;

    // "." and ".." encode to themselves, yet vanish from a URL's path.
    private static bool IsTag([NotNullWhen(true)] string? text) =>
        !string.IsNullOrEmpty(text) && text.Length <= MaxLength && text is not ("." or "..")
        && JavaScriptText.IsUrlComponent(text) && !VersionRange.TryParse(text, out _);
}
