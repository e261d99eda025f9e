namespace Assay.Trust.Guards;

public enum RulingKind
{
    Quarantine,
    Release,
}

/// <summary>What a person decided about a package, or about one version of it. It goes before the rules.</summary>
public sealed record Ruling(RulingKind Kind, string Name, string? Version, string Reason)
{
    /// <summary>The one that counts: what is said of the version before what is said of the whole package, and of the same a quarantine before a release.</summary>
    public static Ruling? For(IEnumerable<Ruling> rulings, string name, string version) => rulings
        .Where(ruling => ruling.Name == name && (ruling.Version is null || ruling.Version == version))
        .OrderBy(ruling => ruling.Version is null)
        .ThenBy(ruling => ruling.Kind)
        .FirstOrDefault();
}
