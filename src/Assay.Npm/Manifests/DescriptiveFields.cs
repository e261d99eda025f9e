using System.Text.Json.Nodes;

namespace Assay.Npm;

/// <summary>Description, keywords and people, in the shapes that pages and clients expect.</summary>
internal static class DescriptiveFields
{
    public static void Normalise(JsonObject json)
    {
        if (json.ContainsKey("description") && json["description"].AsText() is null)
            json.Remove("description");
        NormaliseKeywords(json);
        if (json["author"] is { } author)
            SetOrRemove(json, "author", Person.Normalise(author));
        if (json["contributors"] is JsonArray contributors)
            json["contributors"] = new JsonArray([.. contributors.Select(Person.Normalise).Where(person => person is not null)]);
    }

    private static void NormaliseKeywords(JsonObject json)
    {
        IEnumerable<string>? keywords = json["keywords"] switch
        {
            JsonArray list => list.Texts(),
            var single => single.AsText()?.Split(',').Select(keyword => keyword.Trim()),
        };
        SetOrRemove(json, "keywords", keywords?.Where(keyword => keyword.Length > 0).ToJsonArray());
    }

    private static void SetOrRemove(JsonObject json, string member, JsonNode? value)
    {
        if (value is null)
            json.Remove(member);
        else
            json[member] = value;
    }
}
