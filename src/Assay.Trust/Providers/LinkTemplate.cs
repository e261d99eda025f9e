using System.Text;

namespace Assay.Trust.Providers;

/// <summary>
/// Substitutes <c>{const.x}</c> as it is, and <c>{claim.x}</c> or <c>{derived.x}</c> percent-encoded; <c>:path</c> keeps slashes.
/// </summary>
public static class LinkTemplate
{
    /// <summary>The link, or null when a value is absent: a link is whole or not there.</summary>
    public static string? Render(string template, Func<ValueReference, string?> find)
    {
        var link = new StringBuilder();
        var rest = template.AsSpan();
        for (var open = rest.IndexOf('{'); open >= 0; open = rest.IndexOf('{'))
        {
            link.Append(rest[..open]);
            var close = rest.IndexOf('}');
            if (close < open
                || !TryReadPart(rest[(open + 1)..close], out var reference, out var isPath)
                || find(reference) is not { } value)
            {
                return null;
            }
            link.Append(Encode(reference, value, isPath));
            rest = rest[(close + 1)..];
        }
        return link.Append(rest).ToString();
    }

    internal static IEnumerable<string> Placeholders(string template) =>
        template.Split('{').Skip(1).Select(part => part.Split('}')[0]);

    internal static bool TryReadPart(ReadOnlySpan<char> text, out ValueReference reference, out bool isPath)
    {
        isPath = text.EndsWith(":path");
        return ValueReference.TryParse((isPath ? text[..^":path".Length] : text).ToString(), out reference);
    }

    private static string Encode(ValueReference reference, string value, bool isPath)
    {
        if (reference.Source is ValueSource.Constant)
        {
            return value;
        }
        return isPath ? EncodePath(value) : Uri.EscapeDataString(value);
    }

    internal static string EncodePath(string value) => string.Join('/', value.Split('/').Select(Uri.EscapeDataString));
}
