using System.Collections.Frozen;
using Ganss.Xss;

namespace Assay.Server.Pages.Readmes;

/// <summary>What a readme may be made of. All else is left out: elements with a content of their own together with it, the others without their tags.</summary>
internal static class AllowedMarkup
{
    public static FrozenSet<string> Formatting { get; } = Set(
        "a", "abbr", "b", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var");

    public static FrozenSet<string> Headings { get; } = Set("h1", "h2", "h3", "h4", "h5", "h6");

    public static FrozenSet<string> TableParts { get; } = Set("caption", "tbody", "td", "tfoot", "th", "thead", "tr");

    public static FrozenSet<string> Blocks { get; } =
        Set([.. Headings, "blockquote", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "hr", "li", "ol", "p", "pre", "summary", "table", "ul"]);

    public static FrozenSet<string> Voids { get; } = Set("br", "hr", "img", "input", "wbr");

    public static FrozenSet<string> Elements { get; } = Set([.. Formatting, .. TableParts, .. Blocks, .. Voids]);

    /// <summary>Their contents are no text for readers.</summary>
    public static FrozenSet<string> Swallowed { get; } = Set(
        "applet", "audio", "canvas", "embed", "frameset", "head", "iframe", "math", "noembed", "noframes", "noscript", "object", "plaintext", "script", "select", "style", "svg", "template",
        "textarea", "title", "video", "xmp");

    private static readonly FrozenSet<string> Everywhere = Set("align", "dir", "id");

    private static readonly FrozenDictionary<string, FrozenSet<string>> Attributes = new Dictionary<string, FrozenSet<string>>
    {
        ["a"] = Set("href", "name", "title"),
        ["abbr"] = Set("title"),
        ["details"] = Set("open"),
        ["img"] = Set("alt", "height", "src", "title", "width"),
        ["input"] = Set("checked", "type"),
        ["li"] = Set("value"),
        ["ol"] = Set("reversed", "start"),
        ["td"] = Set("colspan", "rowspan"),
        ["th"] = Set("colspan", "rowspan"),
    }.ToFrozenDictionary();

    /// <summary>Whose values are small numbers.</summary>
    private static readonly FrozenSet<string> Numbers = Set("colspan", "height", "rowspan", "start", "value", "width");

    /// <summary>Not one instance for each readme: it does not change, and may be used by many at once.</summary>
    public static HtmlSanitizer Sanitizer { get; } = MakeSanitizer();

    public static bool IsAllowed(string element, string attribute, string value) =>
        (Everywhere.Contains(attribute) || (Attributes.TryGetValue(element, out var own) && own.Contains(attribute)))
        && (!Numbers.Contains(attribute) || (value.Length is > 0 and <= 4 && value.All(char.IsAsciiDigit)));

    private static HtmlSanitizer MakeSanitizer() => new(new HtmlSanitizerOptions
    {
        AllowedTags = Elements.ToHashSet(StringComparer.OrdinalIgnoreCase),
        AllowedAttributes = Everywhere.Concat(Attributes.Values.SelectMany(names => names)).ToHashSet(StringComparer.OrdinalIgnoreCase),
        AllowedSchemes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "http", "https", "mailto" },
        UriAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href", "src" },
        AllowedCssProperties = new HashSet<string>(),
        AllowedAtRules = new HashSet<AngleSharp.Css.Dom.CssRuleType>(),
    });

    private static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.Ordinal);
}
