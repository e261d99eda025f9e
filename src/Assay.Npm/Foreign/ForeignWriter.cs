using System.Buffers;

namespace Assay.Npm;

/// <summary>What of another registry's document is shown, and how it is pointed at this registry.</summary>
public sealed record ForeignView
{
    /// <summary>The registry's URL as clients see it.</summary>
    public required Uri PublicBase { get; init; }

    /// <summary>The value of <c>_rev</c>.</summary>
    public required string Revision { get; init; }

    /// <summary>The versions that are shown, in the document's order.</summary>
    public required IReadOnlyList<ForeignVersion> Versions { get; init; }

    /// <summary>Those kept back, and what to tell whoever wants one (npm reads <c>policyRestrictions</c>); null when there are none.</summary>
    public (string Message, IReadOnlyList<string> Versions)? KeptBack { get; init; }

    /// <summary>Ids of the keys that this registry lists for the other: a signature by any other key would end a client's whole audit.</summary>
    public required IReadOnlySet<string> KnownKeys { get; init; }
}

/// <summary>Writes another registry's document as this registry serves it: its own words, with this registry's addresses, and without what is kept back.</summary>
public static class ForeignWriter
{
    /// <summary>The full document.</summary>
    public static void WriteFull(ForeignPackument packument, ForeignView view, IBufferWriter<byte> output)
    {
        var json = new JsonSplice(output);
        json.Raw("{"u8);
        json.Member("_id", packument.Name.Value);
        json.Raw(","u8);
        json.Member("_rev", view.Revision);
        json.Raw(","u8);
        json.Member("name", packument.Name.Value);
        foreach (var (name, value) in packument.Others)
        {
            json.Raw(","u8);
            json.Text(name);
            json.Raw(":"u8);
            json.Raw(value.Span);
        }
        WriteContents(json, packument, view, static (json, packument, version, view) => ForeignVersionWriter.WriteFull(json, packument.Name, version, view));
        json.Raw("}"u8);
    }

    /// <summary>The abbreviated document, with a complete <c>time</c>.</summary>
    public static void WriteAbbreviated(ForeignPackument packument, ForeignView view, IBufferWriter<byte> output)
    {
        var json = new JsonSplice(output);
        json.Raw("{"u8);
        json.Member("name", packument.Name.Value);
        if (packument.Modified is { } modified)
        {
            json.Raw(","u8);
            json.Member("modified", modified);
        }
        WriteContents(json, packument, view, static (json, packument, version, view) => ForeignVersionWriter.WriteAbbreviated(json, packument.Name, version, view));
        json.Raw("}"u8);
    }

    /// <summary>The manifest of one version.</summary>
    public static void WriteVersion(PackageName name, ForeignVersion version, ForeignView view, IBufferWriter<byte> output) =>
        ForeignVersionWriter.WriteFull(new JsonSplice(output), name, version, view);

    /// <summary>The tags of the document among the versions that are shown.</summary>
    public static IReadOnlyDictionary<string, string> TagsOf(ForeignPackument packument, IReadOnlyList<ForeignVersion> shown) =>
        ShownTags.Of(packument.DistTags, [.. shown.Select(version => version.Version)]);

    private static void WriteContents(
        JsonSplice json, ForeignPackument packument, ForeignView view, Action<JsonSplice, ForeignPackument, ForeignVersion, ForeignView> writeVersion)
    {
        json.Raw(",\"dist-tags\":"u8);
        json.Join("{}"u8, TagsOf(packument, view.Versions), static (json, tag) => json.Member(tag.Key, tag.Value));
        json.Raw(",\"versions\":"u8);
        json.Join("{}"u8, view.Versions, (json, version) =>
        {
            json.Text(version.Version);
            json.Raw(":"u8);
            writeVersion(json, packument, version, view);
        });
        json.Raw(",\"time\":"u8);
        json.Join("{}"u8, Times(packument, view), static (json, time) => json.Member(time.Name, time.At));
        if (view.KeptBack is var (message, versions))
        {
            json.Raw(",\"policyRestrictions\":{"u8);
            json.Member("message", message);
            json.Raw(",\"versions\":"u8);
            json.Join("{}"u8, versions, static (json, version) =>
            {
                json.Text(version);
                json.Raw(":{}"u8);
            });
            json.Raw("}"u8);
        }
    }

    private static IEnumerable<(string Name, DateTimeOffset At)> Times(ForeignPackument packument, ForeignView view)
    {
        if (packument.Created is { } created)
        {
            yield return ("created", created);
        }
        if (packument.Modified is { } modified)
        {
            yield return ("modified", modified);
        }
        foreach (var version in view.Versions)
        {
            if (version.PublishedAt is { } at)
            {
                yield return (version.Version, at);
            }
        }
    }
}
