using System.Text;

namespace Assay.Trust.Providers;

/// <summary>
/// Text that is settled by the binding alone: <c>{issuer}</c>, <c>{issuer.host}</c>, <c>{issuer.x}</c> for a placeholder of the issuer
/// template, and <c>{const.x}</c>. No claim can enter it.
/// </summary>
internal static class BindingText
{
    private const string SegmentPrefix = "issuer.";

    /// <summary>The text, or null when a value is absent.</summary>
    public static string? Render(string template, IssuerRules rules, string issuer, IReadOnlyDictionary<string, string> constants)
    {
        var text = new StringBuilder();
        var rest = template.AsSpan();
        for (var open = rest.IndexOf('{'); open >= 0; open = rest.IndexOf('{'))
        {
            var close = rest.IndexOf('}');
            if (close < open || Value(rest[(open + 1)..close].ToString(), rules, issuer, constants) is not { } value)
            {
                return null;
            }
            text.Append(rest[..open]).Append(value);
            rest = rest[(close + 1)..];
        }
        return text.Append(rest).ToString();
    }

    /// <summary>Whether every placeholder is one that a binding of this definition has.</summary>
    public static bool IsSound(string template, ProviderDefinition definition) =>
        template.Length > 0
        && template.Count(character => character == '{') == template.Count(character => character == '}')
        && LinkTemplate.Placeholders(template).All(name => name is "issuer" or "issuer.host"
            || IsSegment(name, definition) || IsConstant(name, definition));

    private static bool IsSegment(string name, ProviderDefinition definition) =>
        name.StartsWith(SegmentPrefix, StringComparison.Ordinal)
        && definition.Issuer.Templates.Any(template => template.Segments.ContainsKey(name[SegmentPrefix.Length..]));

    private static bool IsConstant(string name, ProviderDefinition definition) =>
        ValueReference.TryParse(name, out var reference)
        && reference.Source is ValueSource.Constant && definition.Const.ContainsKey(reference.Name);

    private static string? Value(string name, IssuerRules rules, string issuer, IReadOnlyDictionary<string, string> constants) => name switch
    {
        "issuer" => issuer,
        "issuer.host" => ProviderCatalog.HostOf(issuer),
        _ when name.StartsWith(SegmentPrefix, StringComparison.Ordinal) =>
            rules.Match(issuer)?.GetValueOrDefault(name[SegmentPrefix.Length..]),
        _ => ValueReference.TryParse(name, out var reference) && reference.Source is ValueSource.Constant
            ? constants.GetValueOrDefault(reference.Name)
            : null,
    };
}
