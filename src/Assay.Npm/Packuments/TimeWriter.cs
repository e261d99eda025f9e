namespace Assay.Npm;

/// <summary>The <c>time</c> of both documents: every version is in it, since clients refuse versions without a time.</summary>
internal static class TimeWriter
{
    public static void Write(JsonSplice json, PackumentFacts facts)
    {
        json.Raw("{"u8);
        json.Member("created", facts.Created);
        json.Raw(","u8);
        json.Member("modified", facts.Modified);
        foreach (var version in facts.Versions)
        {
            json.Raw(","u8);
            json.Member(version.Version, version.PublishedAt);
        }

        if (facts.Unpublished is { } unpublished)
            WriteUnpublished(json, unpublished);
        json.Raw("}"u8);
    }

    private static void WriteUnpublished(JsonSplice json, UnpublishedFacts unpublished)
    {
        json.Raw(",\"unpublished\":{"u8);
        json.Member("name", unpublished.By);
        json.Raw(","u8);
        json.Member("time", unpublished.At);
        json.Raw(",\"tags\":"u8);
        json.Join("{}"u8, unpublished.Tags, static (json, tag) => json.Member(tag.Key, tag.Value));
        json.Raw(",\"versions\":"u8);
        json.Join("[]"u8, unpublished.Versions, static (json, version) => json.Text(version));
        json.Raw("}"u8);
    }
}
