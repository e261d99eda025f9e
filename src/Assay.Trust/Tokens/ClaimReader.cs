using System.Text.Json;
using Assay.Trust.Bindings;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;

namespace Assay.Trust.Tokens;

/// <summary>Reads the declared claims by their declared types. Null, empty and missing are one case: absent.</summary>
internal static class ClaimReader
{
    private static readonly string[] Envelope = ["iss", "aud", "iat", "exp", "nbf", "jti", "sub"];

    public static Refusal? Read(JsonElement payload, ProviderDefinition definition, IssuerBinding binding, ClaimTable table)
    {
        HashSet<string> read = [.. Envelope];
        foreach (var (name, claim) in definition.Claims)
        {
            var place = binding.Place(name, claim);
            read.UnionWith(place.Take(1));
            if (place.Count == 0 || Find(payload, place) is not { } element || IsEmpty(element))
            {
                if (claim.Presence is ClaimPresence.Required || binding.RequiredClaims.Contains(name, StringComparer.Ordinal))
                {
                    return new Refusal(
                        RefusalCodes.ClaimMissing, $"The identity token has no claim '{Shown(place, name)}'. {claim.Hint}".TrimEnd());
                }
            }
            else if (Convert(element, claim) is { } value)
            {
                table.AddClaim(name, value);
            }
            else
            {
                return new Refusal(RefusalCodes.ClaimMalformed, $"Claim '{Shown(place, name)}' is not {Expectation(claim)}.");
            }
        }
        table.Undeclared = payload.EnumerateObject().Count(member => !read.Contains(member.Name));
        return null;
    }

    /// <summary>A claim as the token spells it.</summary>
    public static string Shown(string name, ProviderDefinition definition, IssuerBinding binding) =>
        Shown(binding.Place(name, definition.Claims[name]), name);

    private static string Shown(IReadOnlyList<string> place, string name) => place.Count == 0 ? name : string.Join(" > ", place);

    private static JsonElement? Find(JsonElement element, IReadOnlyList<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind is not JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }
        return element;
    }

    private static bool IsEmpty(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.String => element.ValueEquals(""),
        JsonValueKind.Array => element.GetArrayLength() == 0,
        _ => false,
    };

    private static ClaimValue? Convert(JsonElement element, ClaimDefinition claim)
    {
        return (claim.Type, element.ValueKind) switch
        {
            (ClaimType.UuidArray, JsonValueKind.Array) => ConvertArray(element, ClaimType.Uuid, claim.Format),
            (ClaimType.TextArray, JsonValueKind.Array) => ConvertArray(element, ClaimType.Text, claim.Format),
            (ClaimType.TrueOrFalse or ClaimType.Scalar, JsonValueKind.True or JsonValueKind.False) => new ClaimValue(element.GetRawText()),
            (ClaimType.WholeNumber or ClaimType.Scalar, JsonValueKind.Number) =>
                ConvertText(element.GetRawText(), ClaimType.WholeNumber, claim.Format),
            (ClaimType.Composite, JsonValueKind.Object) => new ClaimValue("{}"),
            (ClaimType.WholeNumber or ClaimType.TrueOrFalse, _) => null,
            (_, JsonValueKind.String) => ConvertText(element.GetString()!, claim.Type, claim.Format),
            _ => null,
        };
    }

    private static ClaimValue? ConvertText(string text, ClaimType type, string? format) =>
        Normalize(text, type) is { } value && ValueFormats.Accepts(format, value) ? new ClaimValue(value) : null;

    private static ClaimValue? ConvertArray(JsonElement array, ClaimType type, string? format)
    {
        var items = array.EnumerateArray()
            .Select(item => item.ValueKind is JsonValueKind.String ? ConvertText(item.GetString()!, type, format)?.Text : null).ToList();
        return items.Contains(null) ? null : new ClaimValue([.. items.OfType<string>()]);
    }

    /// <summary>The one spelling of a value of this type, or null. Ids stay text: as floating point, large ones would be equal.</summary>
    public static string? Normalize(string text, ClaimType type) => type switch
    {
        ClaimType.Text or ClaimType.Scalar => text.Any(char.IsControl) ? null : text,
        ClaimType.DecimalText or ClaimType.WholeNumber => IsDecimal(text) ? text : null,
        ClaimType.BooleanText => text is "true" or "false" ? text : null,
        ClaimType.Uuid => Guid.TryParseExact(text, "D", out var uuid) ? uuid.ToString("D") : null,
        ClaimType.BracedUuid => Normalize(text is ['{', .. var inner, '}'] ? inner : text, ClaimType.Uuid),
        _ => null,
    };

    private static bool IsDecimal(string text) =>
        text.Length is > 0 and <= 32 && text.All(char.IsAsciiDigit) && (text[0] != '0' || text.Length == 1);

    private static string Expectation(ClaimDefinition claim) => claim.Type switch
    {
        ClaimType.DecimalText => "a whole number written as a string",
        ClaimType.BooleanText => "\"true\" or \"false\"",
        ClaimType.TrueOrFalse => "true or false",
        ClaimType.Uuid => "a UUID",
        ClaimType.UuidArray => "a list of UUIDs",
        ClaimType.BracedUuid => "a UUID in braces",
        ClaimType.WholeNumber => "a whole number without fraction or exponent",
        ClaimType.Scalar => "text, a whole number, or true or false",
        ClaimType.TextArray => "a list of plain texts",
        ClaimType.Composite => "an object",
        _ => claim.Format is { } format ? ValueFormats.Expectation(format) : "plain text",
    };
}
