using System.Diagnostics.CodeAnalysis;
using Assay.Npm;

namespace Assay.Cli.Verifying;

/// <summary>Names that must be the registry's own: one name, or with a star at the end all that begin so.</summary>
internal sealed class OwnNames
{
    private readonly IReadOnlyList<string> patterns;

    private OwnNames(IReadOnlyList<string> patterns) => this.patterns = patterns;

    public static bool TryParse(IReadOnlyList<string> patterns, [NotNullWhen(true)] out OwnNames? names)
    {
        names = patterns.All(IsWellFormed) ? new OwnNames(patterns) : null;
        return names is not null;
    }

    public bool Has(PackageName name) => patterns.Any(pattern => pattern.EndsWith('*')
        ? name.Value.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : name.Value == pattern);

    private static bool IsWellFormed(string pattern)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        return star < 0 ? PackageName.TryParse(pattern, out _) : star == pattern.Length - 1;
    }
}
