using System.Text.Json.Nodes;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>What shall be said of a scope. What is not mentioned stays; null is as the registry is.</summary>
internal sealed record WantedScope(bool SaysReaders, ReadCircle? Readers, bool SaysCeiling, ReadCircle? Ceiling)
{
    private const string ReadersMember = "readers";
    private const string CeilingMember = "ceiling";

    /// <summary>Null when there is anything else in it, or nothing.</summary>
    public static WantedScope? Read(JsonNode? json) =>
        json is JsonObject { Count: > 0 } body && body.All(member => member.Key is ReadersMember or CeilingMember && IsCircle(member.Value))
            ? new WantedScope(
                body.ContainsKey(ReadersMember), ReadCircles.Parse((string?)body[ReadersMember]),
                body.ContainsKey(CeilingMember), ReadCircles.Parse((string?)body[CeilingMember]))
            : null;

    private static bool IsCircle(JsonNode? value) =>
        value is null || (value is JsonValue text && text.TryGetValue(out string? word) && ReadCircles.Parse(word) is not null);
}
