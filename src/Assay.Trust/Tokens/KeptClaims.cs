using System.Text.Json.Nodes;
using Assay.Trust.Bindings;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;

namespace Assay.Trust.Tokens;

/// <summary>The declared claims of a run as they are kept to be looked at later: by name, in the spelling of their types, without personal data.</summary>
public static class KeptClaims
{
    public static JsonObject Write(RunClaims claims)
    {
        var kept = new JsonObject();
        foreach (var (name, text) in claims.Recordable())
        {
            kept[name] = IsArray(claims.Definition.Claims[name].Type)
                ? new JsonArray([.. claims.Items(name).Select(item => JsonValue.Create(item))])
                : JsonValue.Create(text);
        }
        return kept;
    }

    internal static Refusal? Read(JsonObject kept, ProviderDefinition definition, IssuerBinding binding, ClaimTable table)
    {
        foreach (var (name, claim) in definition.Claims.Where(declared => !declared.Value.Personal))
        {
            var shown = ClaimReader.Shown(name, definition, binding);
            if (kept[name] is not { } value)
            {
                if (claim.Presence is ClaimPresence.Required || binding.RequiredClaims.Contains(name, StringComparer.Ordinal))
                {
                    return new Refusal(RefusalCodes.ClaimMissing, $"The claim '{shown}' was not kept with this run.");
                }
            }
            else if (ReadValue(value, claim) is { } read)
            {
                table.AddClaim(name, read);
            }
            else
            {
                return new Refusal(RefusalCodes.ClaimMalformed, $"The claim '{shown}' was kept in another form than its provider has now.");
            }
        }
        return null;
    }

    private static ClaimValue? ReadValue(JsonNode value, ClaimDefinition claim)
    {
        var items = IsArray(claim.Type) ? (value as JsonArray)?.Select(Text).ToList() : [Text(value)];
        return items is { Count: > 0 } && items.TrueForAll(item => IsSpelled(item, claim)) ? new ClaimValue([.. items.OfType<string>()]) : null;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static bool IsSpelled(string? text, ClaimDefinition claim) => text is { Length: > 0 } && claim.Type switch
    {
        ClaimType.TrueOrFalse => text is "true" or "false",
        ClaimType.Composite => text == "{}",
        _ => ClaimReader.Normalize(text, ItemType(claim.Type)) == text && ValueFormats.Accepts(claim.Format, text),
    };

    // Braces are no part of the value, so they were not kept either.
    private static ClaimType ItemType(ClaimType type) => type switch
    {
        ClaimType.UuidArray or ClaimType.BracedUuid => ClaimType.Uuid,
        ClaimType.TextArray => ClaimType.Text,
        _ => type,
    };

    internal static bool IsArray(ClaimType type) => type is ClaimType.UuidArray or ClaimType.TextArray;
}
