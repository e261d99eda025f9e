using System.Text.Json;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;

namespace Assay.Trust.Tokens;

/// <summary>Reads the declared claims by their declared types. Null, empty and missing are one case: absent.</summary>
internal static class ClaimReader
{
    private static readonly string[] Envelope = ["iss", "aud", "iat", "exp", "nbf", "jti", "sub"];

    public static Refusal? Read(JsonElement payload, ProviderDefinition definition, ClaimTable table)
    {
        foreach (var (name, claim) in definition.Claims)
        {
            if (Find(payload, claim.At) is not { } element || IsEmpty(element))
            {
                if (claim.Presence is ClaimPresence.Required)
                {
                    return new Refusal(RefusalCodes.ClaimMissing, $"The identity token has no claim '{claim.At[^1]}'.");
                }
            }
            else if (Convert(element, claim) is { } value)
            {
                table.AddClaim(name, value);
            }
            else
            {
                return new Refusal(RefusalCodes.ClaimMalformed, $"Claim '{claim.At[^1]}' is not {Expectation(claim)}.");
            }
        }
        var declared = definition.Claims.Values.Select(claim => claim.At[0]).Concat(Envelope).ToHashSet(StringComparer.Ordinal);
        table.Undeclared = payload.EnumerateObject().Count(member => !declared.Contains(member.Name));
        return null;
    }

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
        if (claim.Type is ClaimType.UuidArray)
        {
            return element.ValueKind is JsonValueKind.Array ? ConvertArray(element) : null;
        }
        if (claim.Type is ClaimType.TrueOrFalse)
        {
            return element.ValueKind is JsonValueKind.True or JsonValueKind.False ? new ClaimValue(element.GetRawText()) : null;
        }
        var value = element.ValueKind is JsonValueKind.String ? Normalize(element.GetString()!, claim.Type) : null;
        return value is not null && ValueFormats.Accepts(claim.Format, value) ? new ClaimValue(value) : null;
    }

    private static ClaimValue? ConvertArray(JsonElement array)
    {
        var items = array.EnumerateArray()
            .Select(item => item.ValueKind is JsonValueKind.String ? Normalize(item.GetString()!, ClaimType.Uuid) : null).ToList();
        return items.Contains(null) ? null : new ClaimValue([.. items.OfType<string>()]);
    }

    /// <summary>The one spelling of a value of this type, or null. Ids stay text: as floating point, large ones would be equal.</summary>
    public static string? Normalize(string text, ClaimType type) => type switch
    {
        ClaimType.Text => text.Any(char.IsControl) ? null : text,
        ClaimType.DecimalText => IsDecimal(text) ? text : null,
        ClaimType.BooleanText => text is "true" or "false" ? text : null,
        ClaimType.Uuid => Guid.TryParseExact(text, "D", out var uuid) ? uuid.ToString("D") : null,
        _ => null,
    };

    private static bool IsDecimal(string text) =>
        text.Length is > 0 and <= 20 && text.All(char.IsAsciiDigit) && (text[0] != '0' || text.Length == 1);

    private static string Expectation(ClaimDefinition claim) => claim.Type switch
    {
        ClaimType.DecimalText => "a whole number written as a string",
        ClaimType.BooleanText => "\"true\" or \"false\"",
        ClaimType.TrueOrFalse => "true or false",
        ClaimType.Uuid => "a UUID",
        ClaimType.UuidArray => "a list of UUIDs",
        _ => claim.Format is { } format ? ValueFormats.Expectation(format) : "plain text",
    };
}
