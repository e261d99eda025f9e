using System.Text.Json.Nodes;

namespace Assay.CiSimulator.Providers;

/// <summary>Lays one set of wishes over another. A <c>null</c> stays: here it still has to remove a built-in claim.</summary>
internal static class MergePatch
{
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        var merged = (JsonObject)target.DeepClone();

        foreach (var (name, value) in patch)
        {
            merged[name] = value?.DeepClone();
        }

        return merged;
    }
}
