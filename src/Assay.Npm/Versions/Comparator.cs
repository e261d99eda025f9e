namespace Assay.Npm;

/// <summary>One bound of a range, <c>&gt;=1.2.0</c>. A null version means any.</summary>
internal sealed record Comparator(string Operator, SemanticVersion? Version)
{
    public bool Accepts(SemanticVersion version)
    {
        if (Version is null)
            return true;
        var order = version.CompareTo(Version);
        return Operator switch
        {
            ">" => order > 0,
            ">=" => order >= 0,
            "<" => order < 0,
            "<=" => order <= 0,
            _ => order == 0,
        };
    }

    public bool NamesPrereleaseOf(SemanticVersion version) =>
        Version is { IsPrerelease: true }
        && Version.Major == version.Major && Version.Minor == version.Minor && Version.Patch == version.Patch;
}
