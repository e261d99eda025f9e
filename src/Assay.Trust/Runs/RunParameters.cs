using System.Text.Json.Nodes;
using Assay.Trust.Providers;
using Assay.Trust.Tokens;

namespace Assay.Trust.Runs;

/// <summary>Parameters of a statement, filled in. Absent values and groups without any are left out: an empty text would be a claim too.</summary>
internal static class RunParameters
{
    public static JsonObject Read(
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, StatedValue>> groups, StatedClaims stated, ProviderDefinition definition)
    {
        var parameters = new JsonObject();
        foreach (var (group, values) in groups)
        {
            var members = new JsonObject();
            foreach (var (name, value) in values)
            {
                if (Read(value, stated, definition) is { } member)
                {
                    members[name] = member;
                }
            }
            if (members.Count > 0)
            {
                parameters[group] = members;
            }
        }
        return parameters;
    }

    private static JsonNode? Read(StatedValue value, StatedClaims stated, ProviderDefinition definition)
    {
        if (value.Value is not { } reference)
        {
            return stated.Link(value.Link) is { } link ? JsonValue.Create(link) : null;
        }
        if (stated.Find(reference) is not { } found)
        {
            return null;
        }
        return IsList(reference, definition)
            ? new JsonArray([.. found.Items.Select(item => JsonValue.Create(item))])
            : JsonValue.Create(value.Prefix + found.Text);
    }

    private static bool IsList(ValueReference reference, ProviderDefinition definition) =>
        reference.Source is ValueSource.Claim && KeptClaims.IsArray(definition.Claims[reference.Name].Type);
}
