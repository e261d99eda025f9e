using System.Text.Json.Nodes;
using Assay.Server.Answers;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// Reads objects that say what shall be stopped. A member that is missing, empty or not known is refused, never passed over: what is selected
/// would be something else than was meant.
/// </summary>
internal static class ExactMembers
{
    /// <summary>The texts of exactly these members; null when the object has others, or not all of them.</summary>
    public static IReadOnlyList<string>? Read(JsonNode? value, params IReadOnlyList<string> names)
    {
        if (value is not JsonObject json || json.Count != names.Count)
        {
            return null;
        }
        var texts = names.Select(json.Text).OfType<string>().Where(text => text.Length > 0).ToList();
        return texts.Count == names.Count ? texts : null;
    }
}
