using System.Diagnostics.CodeAnalysis;

namespace Assay.Npm;

/// <summary>
/// The name of a package: <c>x</c> or <c>@scope/x</c>. Every instance is safe in a URL and was valid at some time in npm's history;
/// whether it may still be given to a new package is <see cref="IsValidForNewPackages"/>. Names are compared character by character.
/// </summary>
public sealed record PackageName
{
    private PackageName(string value)
    {
        Value = value;
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        Scope = slash < 0 ? null : value[..slash];
        BaseName = value[(slash + 1)..];
    }

    /// <summary>The whole name, <c>@acme/x</c>.</summary>
    public string Value { get; }

    /// <summary>The scope with its sign, <c>@acme</c>, or null.</summary>
    public string? Scope { get; }

    /// <summary>The name without its scope, <c>x</c>.</summary>
    public string BaseName { get; }

    /// <summary>The name as one segment of a URL path, spelled as npm spells it: <c>@acme%2fx</c>.</summary>
    public string Escaped => Scope is null ? Value : $"{Scope}%2f{BaseName}";

    /// <summary>Whether a package that does not exist yet may take this name.</summary>
    public bool IsValidForNewPackages => NewPackageProblems.Count == 0;

    /// <summary>The newer rules that this name breaks, in words; empty for most names.</summary>
    public IReadOnlyList<string> NewPackageProblems => NewPackageRules.ProblemsOf(this);

    /// <summary>Reads a plain name, neither encoded nor padded.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PackageName? name)
    {
        name = IsAcceptable(text) ? new PackageName(text) : null;
        return name is not null;
    }

    /// <summary>
    /// Reads a name as it stands in a URL: <c>@s/n</c>, <c>@s%2fn</c>, <c>@s%2Fn</c> or <c>%40s%2Fn</c>. Decodes once at most,
    /// so that a doubly encoded name is refused instead of meaning different things to two layers.
    /// </summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? text, IFormatProvider? provider, [MaybeNullWhen(false)] out PackageName result) =>
        TryParse(Decode(text), out result);

    /// <summary>The file name of a version's archive, <c>x-1.0.0.tgz</c>: without the scope.</summary>
    public string TarballFileName(SemanticVersion version) => $"{BaseName}-{version}.tgz";

    public override string ToString() => Value;

    private static string? Decode(string? text)
    {
        if (text is null || !text.Contains('%', StringComparison.Ordinal))
            return text;
        var plain = text.StartsWith("%40", StringComparison.Ordinal) ? "@" + text[3..] : text;
        var separator = plain.IndexOf("%2f", StringComparison.OrdinalIgnoreCase);
        return separator < 0 ? plain : $"{plain[..separator]}/{plain[(separator + 3)..]}";
    }

    // validate-npm-package-name 7: what it calls "errors", which even an old name may not have.
    private static bool IsAcceptable([NotNullWhen(true)] string? text)
    {
        if (string.IsNullOrEmpty(text) || text[0] is '.' or '-' or '_' || IsReservedFile(text))
            return false;
        return text[0] == '@' ? IsScoped(text) : JavaScriptText.IsUrlComponent(text);
    }

    private static bool IsScoped(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 2 || slash == text.Length - 1)
            return false;
        var name = text.AsSpan(slash + 1);
        return name[0] != '.' && JavaScriptText.IsUrlComponent(text.AsSpan(1, slash - 1)) && JavaScriptText.IsUrlComponent(name);
    }

    private static bool IsReservedFile(string text) =>
        text.Equals("node_modules", StringComparison.OrdinalIgnoreCase) || text.Equals("favicon.ico", StringComparison.OrdinalIgnoreCase);
}
