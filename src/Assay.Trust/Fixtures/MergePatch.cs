using System.Text.Json.Nodes;

namespace Assay.Trust.Fixtures;

/// <summary>RFC 7396: null removes a member, objects merge, everything else replaces.</summary>
internal static class MergePatch
{
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        var result = target.DeepClone().AsObject();
        foreach (var (name, value) in patch)
        {
            var merged = value is JsonObject inner ? Apply(result[name] as JsonObject ?? [], inner) : value?.DeepClone();
            result.Remove(name);
            if (merged is not null)
            {
                result[name] = merged;
            }
        }
        return result;
    }
}
