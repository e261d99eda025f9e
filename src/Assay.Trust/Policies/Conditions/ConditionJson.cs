using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Trust.Providers;

namespace Assay.Trust.Policies.Conditions;

/// <summary>
/// Conditions as JSON: <c>{"all":[…]}</c>, <c>{"any":[…]}</c>, <c>{"not":{…}}</c>, or <c>{"claim":"actor_id","in":["12"]}</c> with one of
/// <c>is</c>, <c>in</c>, <c>like</c>, <c>range</c>; <c>derived</c> in place of <c>claim</c> names a derived value.
/// </summary>
public static class ConditionJson
{
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out Condition? condition, [NotNullWhen(false)] out string? problem)
    {
        (condition, problem) = Read(json, depth: 1);
        return condition is not null;
    }

    public static JsonObject Write(Condition condition) => condition switch
    {
        Condition.All all => new JsonObject { ["all"] = Array(all.Parts.Select(Write)) },
        Condition.Any any => new JsonObject { ["any"] = Array(any.Parts.Select(Write)) },
        Condition.Not not => new JsonObject { ["not"] = Write(not.Part) },
        Condition.Compare compare => new JsonObject
        {
            [compare.Value.Source is ValueSource.Derived ? "derived" : "claim"] = compare.Value.Name,
            [compare.Operator.ToString().ToLowerInvariant()] = Array(compare.Wanted.Select(wanted => JsonValue.Create(wanted))),
        },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static (Condition? Condition, string? Problem) Read(JsonElement json, int depth)
    {
        if (json.ValueKind is not JsonValueKind.Object || depth > ConditionCheck.Depth)
        {
            return (null, $"'when' is made of JSON objects, nested at most {ConditionCheck.Depth} deep.");
        }
        var members = json.EnumerateObject().ToList();
        return members switch
        {
            [{ Name: "all" } all] => ReadParts(all.Value, depth, parts => new Condition.All(parts)),
            [{ Name: "any" } any] => ReadParts(any.Value, depth, parts => new Condition.Any(parts)),
            [{ Name: "not" } not] => ReadNot(not.Value, depth),
            [var value, var comparison] => ReadComparison(value, comparison),
            _ => (null, "'when' has 'all', 'any' or 'not', or a 'claim' with one of 'is', 'in', 'like', 'range'."),
        };
    }

    private static (Condition? Condition, string? Problem) ReadNot(JsonElement json, int depth)
    {
        var (part, problem) = Read(json, depth + 1);
        return part is null ? (null, problem) : (new Condition.Not(part), null);
    }

    private static (Condition? Condition, string? Problem) ReadParts(JsonElement json, int depth, Func<List<Condition>, Condition> join)
    {
        if (json.ValueKind is not JsonValueKind.Array || json.GetArrayLength() is 0 or > 32)
        {
            return (null, "'all' and 'any' hold a list of 1 to 32 conditions.");
        }
        List<Condition> parts = [];
        foreach (var item in json.EnumerateArray())
        {
            var (part, problem) = Read(item, depth + 1);
            if (part is null)
            {
                return (null, problem);
            }
            parts.Add(part);
        }
        return (join(parts), null);
    }

    private static (Condition? Condition, string? Problem) ReadComparison(JsonProperty first, JsonProperty second)
    {
        var (value, comparison) = first.Name is "claim" or "derived" ? (first, second) : (second, first);
        ConditionOperator? wanted = comparison.Name switch
        {
            "is" or "in" => ConditionOperator.In,
            "like" => ConditionOperator.Like,
            "range" => ConditionOperator.Range,
            _ => null,
        };
        if (value.Name is not ("claim" or "derived") || value.Value.ValueKind is not JsonValueKind.String || wanted is null
            || Texts(comparison.Value) is not { } texts)
        {
            return (null, "A comparison is {\"claim\":NAME} with one of 'is', 'in', 'like', 'range' and its text or list of texts.");
        }
        var source = value.Name == "claim" ? ValueSource.Claim : ValueSource.Derived;
        return (new Condition.Compare(new ValueReference(source, value.Value.GetString()!), wanted.Value, texts), null);
    }

    private static List<string>? Texts(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => [json.GetString()!],
        JsonValueKind.Array when json.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String) =>
            [.. json.EnumerateArray().Select(item => item.GetString()!)],
        _ => null,
    };

    private static JsonArray Array(IEnumerable<JsonNode> items) => new([.. items]);
}
