using System.Globalization;
using System.Text.Json;

namespace Assay.Npm;

/// <summary>Reads another registry's document in one pass, without building a tree of it.</summary>
internal static class ForeignReader
{
    private const int MostMembers = 200_000;

    // What the registry states itself, and what is of no use to anybody else.
    private static readonly string[] Ours = ["_id", "_rev", "_attachments", "name", "modified"];

    /// <exception cref="JsonException">It is not JSON, or not this package's document.</exception>
    public static ForeignPackument Read(ReadOnlyMemory<byte> json, PackageName name)
    {
        var members = Members(json);
        if (!members.TryGetValue("name", out var named) || Text(named) != name.Value)
        {
            throw new JsonException("it is about another package");
        }
        var times = members.TryGetValue("time", out var time) ? Times(time) : [];
        return new ForeignPackument(name)
        {
            Versions = members.TryGetValue("versions", out var versions) ? Versions(versions, name, times) : [],
            DistTags = members.TryGetValue("dist-tags", out var tags) ? Texts(tags) : [],
            Created = times.TryGetValue("created", out var created) ? created : null,
            Modified = times.TryGetValue("modified", out var modified) ? modified : null,
            Others = [.. members.Where(member => !Ours.Contains(member.Key) && member.Key is not ("versions" or "dist-tags" or "time")).Select(member => (member.Key, member.Value))],
            Size = json.Length,
        };
    }

    /// <summary>The members of an object with their values as bytes; of one that stands twice the last counts, as for every client. Empty when it is no object.</summary>
    public static Dictionary<string, ReadOnlyMemory<byte>> Members(ReadOnlyMemory<byte> json)
    {
        _ = TryUniqueMembers(json, out var members);
        return members;
    }

    /// <summary>The same; false when a member stands twice.</summary>
    public static bool TryUniqueMembers(ReadOnlyMemory<byte> json, out Dictionary<string, ReadOnlyMemory<byte>> found)
    {
        var isUnique = true;
        found = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = DocumentPath.MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return isUnique;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = NameOf(ref reader);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            isUnique &= !found.ContainsKey(name);
            found[name] = json[start..(int)reader.BytesConsumed];
            if (found.Count > MostMembers)
            {
                throw new JsonException($"an object in it has more than {MostMembers} members");
            }
        }
        // What follows the object is looked at too: it would be a second document.
        reader.Read();
        return isUnique;
    }

    /// <summary>Null when it is no text.</summary>
    public static string? Text(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span);
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    private static string NameOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException refused)
        {
            throw new JsonException("a member's name is not valid Unicode", refused);
        }
    }

    private static List<ForeignVersion> Versions(ReadOnlyMemory<byte> json, PackageName name, Dictionary<string, DateTimeOffset> times)
    {
        var versions = new List<ForeignVersion>();
        foreach (var (version, value) in Members(json))
        {
            if (ForeignVersionReader.Read(value, name, version, times.TryGetValue(version, out var time) ? time : null) is { } read)
            {
                versions.Add(read);
            }
        }
        return versions;
    }

    private static Dictionary<string, DateTimeOffset> Times(ReadOnlyMemory<byte> json) => Texts(json)
        .Select(pair => (pair.Key, IsTime: DateTimeOffset.TryParse(pair.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time), Time: time))
        .Where(pair => pair.IsTime)
        .ToDictionary(pair => pair.Key, pair => pair.Time, StringComparer.Ordinal);

    private static Dictionary<string, string> Texts(ReadOnlyMemory<byte> json) => Members(json)
        .Select(pair => (pair.Key, Text: Text(pair.Value)))
        .Where(pair => pair.Text is not null)
        .ToDictionary(pair => pair.Key, pair => pair.Text!, StringComparer.Ordinal);
}
