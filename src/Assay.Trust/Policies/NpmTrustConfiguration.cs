using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Trust.Bindings;
using Assay.Trust.Providers;

namespace Assay.Trust.Policies;

/// <summary>One item of the array that <c>npm trust</c> posts and lists.</summary>
public static class NpmTrustConfiguration
{
    private const string CreatePackage = "createPackage";
    private const string CreateStagedPackage = "createStagedPackage";

    /// <summary>The provider id of an item, or null.</summary>
    public static string? TypeOf(JsonElement item) =>
        Member(item, "type") is { ValueKind: JsonValueKind.String } type ? type.GetString() : null;

    /// <summary>Reads an item whose type is the definition's id.</summary>
    public static bool TryRead(
        JsonElement item,
        ProviderDefinition definition,
        NamePattern package,
        string bindingId,
        [NotNullWhen(true)] out PolicyDraft? draft,
        out IReadOnlyList<string> problems)
    {
        List<string> found = [];
        var actions = ReadPermissions(item, found);
        Dictionary<string, IReadOnlyList<string>> fields = [];
        Dictionary<string, string> pins = [];
        if (Member(item, "claims") is { ValueKind: JsonValueKind.Object } claims)
        {
            foreach (var claim in claims.EnumerateObject())
            {
                ReadClaim(claim, definition, fields, pins, found);
            }
        }
        else
        {
            found.Add("'claims' must be an object.");
        }
        problems = found;
        draft = found.Count > 0 ? null
            : new PolicyDraft { Target = package, BindingId = bindingId, Actions = actions, Fields = fields, Pins = pins };
        return draft is not null;
    }

    /// <summary>A policy as <c>npm trust list</c> shows it; of providers that npm does not know, fields go by their own names.</summary>
    public static JsonObject Format(ProviderDefinition definition, TrustPolicy policy)
    {
        var claims = new JsonObject();
        foreach (var pin in definition.Policy.Pin.Where(pin => policy.Pins.ContainsKey(pin.Claim)))
        {
            claims[pin.Npm ?? pin.Claim] = policy.Pins[pin.Claim];
        }
        var isKnownToNpm = definition.Policy.Fields.Any(field => field.Npm is not null);
        foreach (var field in definition.Policy.Fields.Where(field => field.Npm is not null || !isKnownToNpm))
        {
            if (policy.Fields.TryGetValue(field.Name, out var values))
            {
                claims[field.Npm?.Claim ?? field.Name] = Spell(field.Npm?.Form ?? NpmForm.Array, values);
            }
        }
        return new JsonObject
        {
            ["id"] = policy.Id,
            ["type"] = definition.Id,
            ["claims"] = claims,
            ["permissions"] = Permissions(policy.Actions),
        };
    }

    private static TrustActions ReadPermissions(JsonElement item, List<string> problems)
    {
        var actions = TrustActions.None;
        if (Member(item, "permissions") is not { ValueKind: JsonValueKind.Array } permissions || permissions.GetArrayLength() == 0)
        {
            problems.Add($"'permissions' must be a list of {CreatePackage}, {CreateStagedPackage}.");
            return actions;
        }
        foreach (var permission in permissions.EnumerateArray())
        {
            switch (permission.ValueKind is JsonValueKind.String ? permission.GetString() : null)
            {
                case CreatePackage:
                    actions |= TrustActions.Publish;
                    break;
                case CreateStagedPackage:
                    actions |= TrustActions.Stage;
                    break;
                default:
                    problems.Add($"Permission {permission.GetRawText()} is unknown. Use {CreatePackage} or {CreateStagedPackage}.");
                    break;
            }
        }
        return actions;
    }

    private static void ReadClaim(
        JsonProperty claim,
        ProviderDefinition definition,
        Dictionary<string, IReadOnlyList<string>> fields,
        Dictionary<string, string> pins,
        List<string> problems)
    {
        var pin = definition.Policy.Pin.FirstOrDefault(pin => pin.Npm == claim.Name);
        var field = definition.Policy.Fields.FirstOrDefault(field => field.Npm?.Claim == claim.Name);
        var values = pin is not null ? Values(NpmForm.Text, claim.Value) : field is not null ? Values(field.Npm!.Form, claim.Value) : null;
        if (values is null)
        {
            problems.Add(pin is null && field is null
                ? $"{definition.DisplayName} configurations have no claim '{claim.Name}'."
                : $"Claim '{claim.Name}' has another form than npm trust gives it.");
        }
        else if (pin is not null)
        {
            pins[pin.Claim] = values[0];
        }
        else
        {
            fields[field!.Name] = values;
        }
    }

    private static List<string>? Values(NpmForm form, JsonElement value) => (form, value.ValueKind) switch
    {
        (NpmForm.Text, JsonValueKind.String) => [value.GetString()!],
        (NpmForm.File, JsonValueKind.Object)
            when value.GetPropertyCount() == 1 && Member(value, "file") is { ValueKind: JsonValueKind.String } file => [file.GetString()!],
        (NpmForm.Array, JsonValueKind.Array) when value.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String)
            => [.. value.EnumerateArray().Select(item => item.GetString()!)],
        _ => null,
    };

    private static JsonNode Spell(NpmForm form, IReadOnlyList<string> values) => form switch
    {
        NpmForm.File => new JsonObject { ["file"] = values[0] },
        NpmForm.Array => new JsonArray([.. values.Select(value => JsonValue.Create(value))]),
        _ => JsonValue.Create(values[0]),
    };

    // npm translates the two names it knows and prints others as they are.
    private static JsonArray Permissions(TrustActions actions) => new([.. actions.Names().Select(name => (JsonNode)(name switch
    {
        "publish" => CreatePackage,
        "stage" => CreateStagedPackage,
        _ => name,
    }))]);

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;
}
