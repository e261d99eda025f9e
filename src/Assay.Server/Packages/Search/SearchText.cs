namespace Assay.Server.Packages;

/// <summary>What somebody looks for: words, and npm's qualifiers. Whatever they typed, it becomes values and never a part of a query's own language.</summary>
internal sealed record SearchText
{
    private const int MostWords = 16;
    private const int MostQualifiers = 16;
    private const int LongestName = 214;

    /// <summary>What was typed besides qualifiers, as a name would be spelled.</summary>
    public string Name { get; private init; } = "";

    /// <summary>Beginnings of words, all of which have to be there.</summary>
    public IReadOnlyList<string> Words { get; private init; } = [];

    /// <summary>Something was typed of which no word is left: nothing has it.</summary>
    public bool IsWithoutWords => Name.Length > 0 && Words.Count == 0;

    public IReadOnlyList<string> Authors { get; private init; } = [];

    public IReadOnlyList<string> Maintainers { get; private init; } = [];

    /// <summary>With their sign, <c>@acme</c>.</summary>
    public IReadOnlyList<string> Scopes { get; private init; } = [];

    public IReadOnlyList<SearchKeywords> Keywords { get; private init; } = [];

    /// <summary>Whether only versions below 1.0.0 are wanted, or none; null for either.</summary>
    public bool? IsUnstable { get; private init; }

    /// <summary>The same of packages with known vulnerabilities.</summary>
    public bool? IsInsecure { get; private init; }

    /// <summary>Whether the package of exactly that name comes first.</summary>
    public bool BoostsExact { get; private init; } = true;

    /// <param name="typed">As it was typed.</param>
    /// <param name="longest">How many characters of it are looked at.</param>
    public static SearchText Parse(string? typed, int longest)
    {
        typed ??= "";
        var parts = (typed.Length > longest ? typed[..longest] : typed).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToList();
        var qualifiers = parts.Select(Qualifier).OfType<(string Key, string Value)>().Take(MostQualifiers).ToLookup(each => each.Key, each => each.Value, StringComparer.Ordinal);
        var text = string.Join(' ', parts.Where(part => Qualifier(part) is null)).ToLowerInvariant();
        return new SearchText
        {
            Name = text.Length > LongestName ? text[..LongestName] : text,
            Words = [.. SearchWords.Of(text).Distinct(StringComparer.Ordinal).Take(MostWords)],
            Authors = [.. qualifiers["author"]],
            Maintainers = [.. qualifiers["maintainer"]],
            Scopes = [.. qualifiers["scope"].Select(scope => scope.StartsWith('@') ? scope : "@" + scope)],
            Keywords = [.. qualifiers["keywords"].Select(SearchKeywords.Parse)],
            IsUnstable = Wanted(qualifiers, "unstable"),
            IsInsecure = Wanted(qualifiers, "insecure"),
            BoostsExact = !qualifiers["boost-exact"].Contains("false"),
        };
    }

    private static bool? Wanted(ILookup<string, string> qualifiers, string what) =>
        qualifiers["is"].Contains(what) ? true : qualifiers["not"].Contains(what) ? false : null;

    // A word with a colon that is none of these is a word like others.
    private static (string Key, string Value)? Qualifier(string part)
    {
        var colon = part.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || colon == part.Length - 1)
        {
            return null;
        }
        var (key, value) = (part[..colon].ToLowerInvariant(), part[(colon + 1)..].ToLowerInvariant());
        return key switch
        {
            "author" or "maintainer" or "scope" or "keywords" or "boost-exact" => (key, value),
            "is" or "not" when value is "unstable" or "insecure" => (key, value),
            _ => null,
        };
    }
}

/// <summary>The value of <c>keywords:</c>: any of these sets of keywords, whole, and none of those.</summary>
internal sealed record SearchKeywords(IReadOnlyList<IReadOnlyList<string>> AnyOf, IReadOnlyList<string> NoneOf)
{
    private const int Most = 16;

    /// <summary><c>a,b</c> is either, <c>a+b</c> both, <c>a,-b</c> the first without the second.</summary>
    public static SearchKeywords Parse(string value)
    {
        var groups = value.Split(',', StringSplitOptions.RemoveEmptyEntries).Take(Most).ToLookup(group => group[0] == '-');
        return new SearchKeywords(
            [.. groups[false].Select(group => (IReadOnlyList<string>)[.. group.Split('+', StringSplitOptions.RemoveEmptyEntries).Take(Most)]).Where(group => group.Count > 0)],
            [.. groups[true].Select(group => group[1..]).Where(keyword => keyword.Length > 0)]);
    }
}
