using System.Text.Json;
using Assay.Npm;

namespace Assay.Cli.Registry;

/// <summary>A signature as <c>dist.signatures</c> has it.</summary>
internal sealed record ListedSignature(string KeyId, byte[] Value);

/// <summary>What the registry says of one version.</summary>
internal sealed record VersionDocument(
    PackageName Name, SemanticVersion Version, Integrity Integrity, IReadOnlyList<ListedSignature> Signatures, bool AdvertisesAttestations)
{
    public const int LongestAnswer = 4 << 20;

    public static VersionDocument Read(JsonElement root)
    {
        var dist = root.GetProperty("dist");
        return PackageName.TryParse(root.Text("name"), out var name) && SemanticVersion.TryParse(root.Text("version"), out var version)
            && Integrity.TryParse(dist.OptionalText("integrity"), out var integrity)
                ? new VersionDocument(name, version, integrity, ReadSignatures(dist), dist.Optional("attestations") is not null)
                : throw new FormatException("Name, version or integrity is missing.");
    }

    private static IReadOnlyList<ListedSignature> ReadSignatures(JsonElement dist) => dist.Optional("signatures") is not { } list ? []
        : [.. list.EnumerateArray().Select(entry => new ListedSignature(entry.Text("keyid"), entry.GetProperty("sig").GetBytesFromBase64()))];
}
