namespace Assay.Npm;

/// <summary>Writes one version of another registry: its members as they stand there, and <c>dist</c> pointed at this registry.</summary>
internal static class ForeignVersionWriter
{
    public static void WriteFull(JsonSplice json, PackageName name, ForeignVersion version, ForeignView view)
    {
        json.Raw(version.Json.Span[..version.Dist.Start.Value]);
        WriteDist(json, name, version, view);
        json.Raw(version.Json.Span[version.Dist.End.Value..]);
    }

    public static void WriteAbbreviated(JsonSplice json, PackageName name, ForeignVersion version, ForeignView view)
    {
        json.Raw("{"u8);
        var members = ForeignReader.Members(version.Json);
        foreach (var (member, value) in members.Where(member => AbbreviatedFields.IsOfForeign(member.Key)))
        {
            Member(json, member, value.Span);
            json.Raw(","u8);
        }
        // Both spellings are npm's; installing clients look for this one.
        if (!members.ContainsKey("bundleDependencies") && members.TryGetValue("bundledDependencies", out var bundled))
        {
            Member(json, "bundleDependencies", bundled.Span);
            json.Raw(","u8);
        }
        if (version.HasInstallScript && !members.ContainsKey("hasInstallScript"))
        {
            json.Raw("\"hasInstallScript\":true,"u8);
        }
        json.Raw("\"dist\":"u8);
        WriteDist(json, name, version, view);
        json.Raw("}"u8);
    }

    private static void WriteDist(JsonSplice json, PackageName name, ForeignVersion version, ForeignView view)
    {
        json.Raw("{"u8);
        json.Member("tarball", PackumentWriter.TarballUrl(view.PublicBase, name, version.Version));
        foreach (var (member, value) in ForeignReader.Members(version.DistJson))
        {
            switch (member)
            {
                case "tarball" or "signatures":
                    break;
                case "attestations":
                    WriteAttestations(json, name, version, view, value);
                    break;
                default:
                    json.Raw(","u8);
                    Member(json, member, value.Span);
                    break;
            }
        }
        SignatureWriter.Write(json, [.. version.Signatures.Where(signature => view.KnownKeys.Contains(signature.KeyId))]);
        json.Raw("}"u8);
    }

    // The registry's own attestation is signed with its key: without that key in our list nobody could verify what this announces.
    private static void WriteAttestations(JsonSplice json, PackageName name, ForeignVersion version, ForeignView view, ReadOnlyMemory<byte> value)
    {
        if (view.KnownKeys.Count == 0 || !version.HasAttestations)
        {
            return;
        }
        json.Raw(",\"attestations\":{"u8);
        json.Member("url", PackumentWriter.AttestationsUrl(view.PublicBase, name, version.Version));
        foreach (var (member, inner) in ForeignReader.Members(value).Where(member => member.Key != "url"))
        {
            json.Raw(","u8);
            Member(json, member, inner.Span);
        }
        json.Raw("}"u8);
    }

    private static void Member(JsonSplice json, string name, ReadOnlySpan<byte> value)
    {
        json.Text(name);
        json.Raw(":"u8);
        json.Raw(value);
    }
}
