namespace Assay.Npm;

/// <summary>Writes one version: the stored manifest, then what only the registry may state.</summary>
internal static class VersionWriter
{
    public static void WriteFull(JsonSplice json, PackumentFacts facts, VersionFacts version, Uri publicBase)
    {
        json.OpenEnded(version.FullJson.Span);
        json.Raw(",\"maintainers\":"u8);
        WritePeople(json, facts.Maintainers);
        WriteRegistryFields(json, facts, version, publicBase);
    }

    public static void WriteAbbreviated(JsonSplice json, PackumentFacts facts, VersionFacts version, Uri publicBase)
    {
        json.OpenEnded(version.AbbreviatedJson.Span);
        WriteRegistryFields(json, facts, version, publicBase);
    }

    public static void WritePeople(JsonSplice json, IReadOnlyList<NpmPerson> people) =>
        json.Join("[]"u8, people, static (json, person) =>
        {
            json.Raw("{"u8);
            WriteNameAndEmail(json, person.Name, person.Email);
            json.Raw("}"u8);
        });

    private static void WriteRegistryFields(JsonSplice json, PackumentFacts facts, VersionFacts version, Uri publicBase)
    {
        if (version.Publisher is { } publisher)
            WritePublisher(json, publisher);
        if (!string.IsNullOrEmpty(version.Deprecated))
        {
            json.Raw(","u8);
            json.Member("deprecated", version.Deprecated);
        }

        WriteDist(json, facts.Name, version, publicBase);
        json.Raw("}"u8);
    }

    private static void WritePublisher(JsonSplice json, NpmUser publisher)
    {
        json.Raw(",\"_npmUser\":{"u8);
        WriteNameAndEmail(json, publisher.Name, publisher.Email);
        if (publisher.TrustedPublisher is { } trusted)
        {
            json.Raw(",\"trustedPublisher\":{"u8);
            json.Member("id", trusted.Id);
            json.Raw(","u8);
            json.Member("oidcConfigId", trusted.OidcConfigId);
            json.Raw("}"u8);
        }

        if (publisher.Approver is { } approver)
        {
            json.Raw(",\"approver\":{"u8);
            WriteNameAndEmail(json, approver.Name, approver.Email);
            json.Raw("}"u8);
        }

        json.Raw("}"u8);
    }

    private static void WriteDist(JsonSplice json, PackageName name, VersionFacts version, Uri publicBase)
    {
        json.Raw(",\"dist\":{"u8);
        json.Member("integrity", version.Integrity.ToString());
        json.Raw(","u8);
        json.Member("shasum", version.Shasum);
        json.Raw(","u8);
        json.Member("tarball", PackumentWriter.TarballUrl(publicBase, name, version.Version));
        json.Raw(",\"fileCount\":"u8);
        json.Number(version.FileCount);
        json.Raw(",\"unpackedSize\":"u8);
        json.Number(version.UnpackedSize);
        SignatureWriter.Write(json, version.Signatures);
        if (version.Provenance is { } provenance)
            WriteAttestations(json, PackumentWriter.AttestationsUrl(publicBase, name, version.Version), provenance);
        json.Raw("}"u8);
    }

    // npm 11 verifies whatever this announces, and tells its user of an attack when it cannot.
    private static void WriteAttestations(JsonSplice json, string url, string provenance)
    {
        json.Raw(",\"attestations\":{"u8);
        json.Member("url", url);
        json.Raw(",\"provenance\":{"u8);
        json.Member("predicateType", provenance);
        json.Raw("}}"u8);
    }

    private static void WriteNameAndEmail(JsonSplice json, string name, string? email)
    {
        json.Member("name", name);
        if (email is null)
            return;
        json.Raw(","u8);
        json.Member("email", email);
    }
}
