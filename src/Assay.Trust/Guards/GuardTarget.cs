using System.Diagnostics.CodeAnalysis;
using Assay.Npm;
using Assay.Trust.Bindings;

namespace Assay.Trust.Guards;

/// <summary>What a rule speaks of: a name or pattern, and perhaps a range of its versions: <c>left-pad</c>, <c>@evil/*</c>, <c>lodash@&lt;4.17.21</c>.</summary>
public sealed record GuardTarget
{
    private readonly VersionRange? range;

    private GuardTarget(string text, NamePattern names, VersionRange? range) => (Text, Names, this.range) = (text, names, range);

    public string Text { get; }

    public NamePattern Names { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out GuardTarget? target)
    {
        target = null;
        var at = text.LastIndexOf('@');
        var (name, rest) = at > 0 ? (text[..at], text[(at + 1)..]) : (text, null);
        if (!NamePattern.TryParse(name, out var names))
        {
            return false;
        }
        VersionRange? range = null;
        if (rest is not null && (rest.Length == 0 || !VersionRange.TryParse(rest, out range)))
        {
            return false;
        }
        target = new GuardTarget(text, names, range);
        return true;
    }

    /// <summary>Whether a rule that keeps away reaches this version. One whose text is no version lies in every range.</summary>
    public bool Reaches(GuardedVersion version) => Names.Matches(version.Name.Value)
        && (range is null || !SemanticVersion.TryParse(version.Version, out var parsed) || range.ContainsByOrder(parsed));

    /// <summary>Whether a rule that lets through has this version. One whose text is no version lies in no range.</summary>
    public bool Covers(GuardedVersion version) => Names.Matches(version.Name.Value)
        && (range is null || (SemanticVersion.TryParse(version.Version, out var parsed) && range.ContainsByOrder(parsed)));

    public override string ToString() => Text;
}
