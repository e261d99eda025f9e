using System.Text.Json.Nodes;

namespace Assay.Core.Tests.Trust;

/// <summary>RFC 7396, one level: null removes a member.</summary>
internal static class MergePatch
{
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        var result = target.DeepClone().AsObject();
        foreach (var (name, value) in patch)
        {
            result.Remove(name);
            if (value is not null)
            {
                result[name] = value.DeepClone();
            }
        }
        return result;
    }
}
