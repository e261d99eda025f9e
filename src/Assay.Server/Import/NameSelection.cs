using Assay.Trust.Bindings;
using Assay.Trust.Refusals;

namespace Assay.Server.Import;

/// <summary>Which packages of a source are meant: names, patterns, or all.</summary>
internal sealed record NameSelection(IReadOnlyList<string> Exact, IReadOnlyList<NamePattern> Patterns, bool IsAll)
{
    /// <summary>Nothing was said.</summary>
    public bool IsEmpty => Exact.Count == 0 && Patterns.Count == 0 && !IsAll;

    /// <summary>Whether the source has to be asked what it has.</summary>
    public bool NeedsListing => IsAll || Patterns.Count > 0;

    /// <summary>The selection, or what is wrong with it in one sentence.</summary>
    public static (NameSelection? Names, string Problem) Read(IReadOnlyList<string> names, bool isAll)
    {
        var (exact, patterns) = (new List<string>(), new List<NamePattern>());
        foreach (var name in names)
        {
            if (!name.EndsWith('*'))
            {
                exact.Add(name);
            }
            else if (NamePattern.TryParse(name, out var pattern))
            {
                patterns.Add(pattern);
            }
            else
            {
                return (null, $"'{Printable.Value(name)}' is not a name or a pattern like @acme/*; unscoped names are given one by one, or all with --all.");
            }
        }
        return (new NameSelection(exact, patterns, isAll || patterns.Contains(NamePattern.Everything)), "");
    }

    /// <summary>What is meant of a source that has these, in order; a name that was given and is not there is in it too.</summary>
    public IReadOnlyList<string> From(IEnumerable<string> listed) =>
        [.. listed.Where(IsMeant).Concat(Exact).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private bool IsMeant(string name) => IsAll || IsEmpty || Patterns.Any(pattern => pattern.Matches(name));
}
