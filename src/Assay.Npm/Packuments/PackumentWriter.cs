using System.Buffers;

namespace Assay.Npm;

/// <summary>Writes a package's documents as UTF-8 JSON. The public base is the registry's URL as clients see it.</summary>
public static class PackumentWriter
{
    /// <summary>The full document.</summary>
    public static void WriteFull(PackumentFacts facts, Uri publicBase, IBufferWriter<byte> output)
    {
        var json = new JsonSplice(output);
        json.Raw("{"u8);
        json.Member("_id", facts.Name.Value);
        json.Raw(","u8);
        json.Member("_rev", facts.Revision);
        json.Raw(","u8);
        json.Member("name", facts.Name.Value);
        if (facts.Unpublished is null)
            WriteContents(json, facts, publicBase);
        json.Raw(",\"time\":"u8);
        TimeWriter.Write(json, facts);
        json.Raw("}"u8);
    }

    /// <summary>The abbreviated document, with a complete <c>time</c>.</summary>
    public static void WriteAbbreviated(PackumentFacts facts, Uri publicBase, IBufferWriter<byte> output)
    {
        var json = new JsonSplice(output);
        json.Raw("{"u8);
        json.Member("name", facts.Name.Value);
        json.Raw(","u8);
        json.Member("modified", facts.Modified);
        json.Raw(",\"dist-tags\":"u8);
        WriteTags(json, facts);
        json.Raw(",\"versions\":"u8);
        json.Join("{}"u8, facts.Versions, (json, version) =>
        {
            json.Text(version.Version);
            json.Raw(":"u8);
            VersionWriter.WriteAbbreviated(json, facts, version, publicBase);
        });
        json.Raw(",\"time\":"u8);
        TimeWriter.Write(json, facts);
        json.Raw("}"u8);
    }

    /// <summary>The manifest of one version of the package.</summary>
    public static void WriteVersion(PackumentFacts facts, VersionFacts version, Uri publicBase, IBufferWriter<byte> output) =>
        VersionWriter.WriteFull(new JsonSplice(output), facts, version, publicBase);

    /// <summary>
    /// The URL that <c>dist.tarball</c> carries: <c>&lt;base&gt;@acme/x/-/x-1.0.0.tgz</c>. Clients leave it out of their lock files only
    /// if it has exactly this shape.
    /// </summary>
    public static string TarballUrl(Uri publicBase, PackageName name, string version) =>
        $"{publicBase.AbsoluteUri.TrimEnd('/')}/{name.Value}/-/{name.BaseName}-{version}.tgz";

    /// <summary>The URL that <c>dist.attestations</c> carries. npm takes its path alone, and asks the registry that it is configured with.</summary>
    public static string AttestationsUrl(Uri publicBase, PackageName name, string version) =>
        $"{publicBase.AbsoluteUri.TrimEnd('/')}/-/npm/v1/attestations/{name.Value.Replace("/", "%2f", StringComparison.Ordinal)}@{version}";

    private static void WriteContents(JsonSplice json, PackumentFacts facts, Uri publicBase)
    {
        json.Raw(",\"dist-tags\":"u8);
        WriteTags(json, facts);
        json.Raw(",\"versions\":"u8);
        json.Join("{}"u8, facts.Versions, (json, version) =>
        {
            json.Text(version.Version);
            json.Raw(":"u8);
            VersionWriter.WriteFull(json, facts, version, publicBase);
        });
        json.Raw(",\"maintainers\":"u8);
        VersionWriter.WritePeople(json, facts.Maintainers);
        WriteLatest(json, facts);
        WriteReadme(json, facts);
    }

    private static void WriteLatest(JsonSplice json, PackumentFacts facts)
    {
        var latest = facts.DistTags.GetValueOrDefault(DistTag.Latest.Value);
        if (facts.Versions.FirstOrDefault(version => version.Version == latest) is not { } version)
            return;
        foreach (var (name, value) in LatestMirror.Of(version.FullJson))
        {
            json.Raw(","u8);
            json.Text(name);
            json.Raw(":"u8);
            json.Raw(value.Span);
        }
    }

    private static void WriteReadme(JsonSplice json, PackumentFacts facts)
    {
        if (facts.Readme is null)
            return;
        json.Raw(","u8);
        json.Member("readme", facts.Readme);
        if (facts.ReadmeFilename is null)
            return;
        json.Raw(","u8);
        json.Member("readmeFilename", facts.ReadmeFilename);
    }

    // A tag that points to nothing makes clients fail in their own ways.
    private static void WriteTags(JsonSplice json, PackumentFacts facts)
    {
        var versions = facts.Versions.Select(version => version.Version).ToHashSet(StringComparer.Ordinal);
        var tags = facts.DistTags.Where(tag => versions.Contains(tag.Value)).OrderBy(tag => tag.Key, StringComparer.Ordinal);
        json.Join("{}"u8, tags, static (json, tag) => json.Member(tag.Key, tag.Value));
    }
}
