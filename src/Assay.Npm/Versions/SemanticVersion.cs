using System.Diagnostics.CodeAnalysis;

namespace Assay.Npm;

/// <summary>
/// A semantic version (semver.org 2.0.0), read as npm reads one. Equality and order ignore build metadata: to a registry
/// <c>1.0.0+a</c> and <c>1.0.0+b</c> are the same version.
/// </summary>
public sealed class SemanticVersion : IComparable<SemanticVersion>, IEquatable<SemanticVersion>
{
    /// <summary>The most characters that npm accepts in a version.</summary>
    public const int MaxLength = 256;

    private readonly string text;

    internal SemanticVersion(VersionParts parts)
    {
        Major = parts.Major;
        Minor = parts.Minor;
        Patch = parts.Patch;
        Prerelease = parts.Prerelease;
        Build = parts.Build;
        text = Prerelease.Length == 0 ? $"{Major}.{Minor}.{Patch}" : $"{Major}.{Minor}.{Patch}-{Prerelease}";
    }

    public long Major { get; }

    public long Minor { get; }

    public long Patch { get; }

    /// <summary>The dotted identifiers after the hyphen, <c>rc.1</c>; empty for a release.</summary>
    public string Prerelease { get; }

    /// <summary>The dotted identifiers after the plus; empty if there are none. Not part of the version's identity.</summary>
    public string Build { get; }

    public bool IsPrerelease => Prerelease.Length > 0;

    /// <summary>Reads a version strictly: white space around it and one leading <c>v</c> are all that is forgiven.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out SemanticVersion? version)
    {
        version = text is not null && text.Length <= MaxLength && VersionParts.TryRead(JavaScriptText.Trim(text), out var parts)
            ? new SemanticVersion(parts)
            : null;
        return version is not null;
    }

    /// <summary>Reads a version as npm cleans one: also without the <c>v</c>s and <c>=</c>s before it.</summary>
    public static bool TryClean([NotNullWhen(true)] string? text, [NotNullWhen(true)] out SemanticVersion? version) =>
        TryParse(text is null ? null : JavaScriptText.Trim(text).TrimStart("=v").ToString(), out version);

    public int CompareTo(SemanticVersion? other)
    {
        if (other is null)
            return 1;
        var main = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        return main != 0 ? main : PrereleaseOrder.Compare(Prerelease, other.Prerelease);
    }

    public bool Equals(SemanticVersion? other) => other is not null && text == other.text;

    public override bool Equals(object? obj) => Equals(obj as SemanticVersion);

    public override int GetHashCode() => text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The normal form, without build metadata: what npm stores, shows and names archives by.</summary>
    public override string ToString() => text;

    public static bool operator ==(SemanticVersion? left, SemanticVersion? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(SemanticVersion? left, SemanticVersion? right) => !(left == right);

    public static bool operator <(SemanticVersion? left, SemanticVersion? right) => Compare(left, right) < 0;

    public static bool operator <=(SemanticVersion? left, SemanticVersion? right) => Compare(left, right) <= 0;

    public static bool operator >(SemanticVersion? left, SemanticVersion? right) => Compare(left, right) > 0;

    public static bool operator >=(SemanticVersion? left, SemanticVersion? right) => Compare(left, right) >= 0;

    private static int Compare(SemanticVersion? left, SemanticVersion? right) =>
        left is null ? (right is null ? 0 : -1) : left.CompareTo(right);
}
