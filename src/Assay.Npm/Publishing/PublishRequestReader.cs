using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Assay.Npm;

/// <summary>Checks that a document is one publish of one version under one tag, and that it agrees with itself.</summary>
internal static class PublishRequestReader
{
    public static bool TryRead(
        PublishDocument document,
        [NotNullWhen(true)] out PublishRequest? request,
        [NotNullWhen(false)] out PublishProblem? problem)
    {
        try
        {
            (request, problem) = (Read(document), null);
            return true;
        }
        catch (PublishRefusedException refusal)
        {
            (request, problem) = (null, refusal.Problem);
            return false;
        }
    }

    private static PublishRequest Read(PublishDocument document)
    {
        var json = document.Json;
        var name = ReadName(json);
        var (version, manifest) = ReadVersion(json, name);
        var dist = manifest["dist"] as JsonObject ?? [];
        return new PublishRequest
        {
            Name = name,
            Version = version,
            Tag = ReadTag(json, version),
            Access = ReadAccess(json["access"]),
            Tarball = CheckTarball(document.Tarball),
            Integrity = ReadIntegrity(dist["integrity"]),
            Shasum = ReadShasum(dist["shasum"]),
            Publisher = PublisherFields.Read(manifest),
            Provenance = ReadProvenance(document.OtherAttachments),
        };
    }

    private static PackageName ReadName(JsonObject json)
    {
        if (!PackageName.TryParse(json["name"].AsText(), out var name))
            throw new PublishRefusedException("bad-name", "The document's \"name\" is missing or is not a valid package name.");
        if (json["_id"] is { } id && id.AsText() != name.Value)
            throw new PublishRefusedException("name-mismatch", "The document's \"_id\" is not its \"name\".");
        return name;
    }

    private static (SemanticVersion Version, JsonObject Manifest) ReadVersion(JsonObject json, PackageName name)
    {
        if (json["versions"] is not JsonObject { Count: 1 } versions || versions.First() is not { Value: JsonObject manifest } only)
            throw new PublishRefusedException("one-version", "The document does not have exactly one version.");
        if (!SemanticVersion.TryClean(only.Key, out var version))
            throw new PublishRefusedException("bad-version", $"{Quoted.Of(only.Key)} is not a semantic version.");
        if (manifest["name"].AsText() != name.Value)
            throw new PublishRefusedException("name-mismatch", "The version's \"name\" is not the document's.");
        if (!SemanticVersion.TryClean(manifest["version"].AsText(), out var inner) || inner != version)
            throw new PublishRefusedException("version-mismatch", "The version's \"version\" is not its key.");
        return (version, manifest);
    }

    private static DistTag ReadTag(JsonObject json, SemanticVersion version)
    {
        if (json["dist-tags"] is not JsonObject { Count: 1 } tags)
            throw new PublishRefusedException("one-tag", "The document does not have exactly one dist-tag.");
        var (text, target) = tags.First();
        if (!DistTag.TryParse(text, out var tag))
            throw new PublishRefusedException("bad-tag", $"{Quoted.Of(text)} is not a valid tag; it may not be a version range either.");
        if (!SemanticVersion.TryClean(target.AsText(), out var tagged) || tagged != version)
            throw new PublishRefusedException("version-mismatch", $"The tag {tag} does not point to the version published.");
        return tag;
    }

    private static PublishAccess? ReadAccess(JsonNode? access) => (access, access.AsText()) switch
    {
        (null, _) => null,
        (_, "public") => PublishAccess.Public,
        (_, "restricted") => PublishAccess.Restricted,
        _ => throw new PublishRefusedException("bad-access", "The document's \"access\" is neither \"public\" nor \"restricted\"."),
    };

    private static AttachedTarball CheckTarball(AttachedTarball? tarball)
    {
        if (tarball is null)
            throw new PublishRefusedException("no-tarball", "The document has no tarball.");
        if (tarball.DeclaredLength is { } declared && declared != tarball.ActualLength)
        {
            throw new PublishRefusedException(
                "length-mismatch", $"The tarball has {tarball.ActualLength} bytes and not the {declared} that the document declares.");
        }

        return tarball;
    }

    private static Integrity? ReadIntegrity(JsonNode? integrity)
    {
        if (integrity is null)
            return null;
        return Integrity.TryParse(integrity.AsText(), out var parsed)
            ? parsed
            : throw new PublishRefusedException("bad-integrity", "The document's \"integrity\" has no valid SHA-512.");
    }

    private static string? ReadShasum(JsonNode? shasum)
    {
        if (shasum is null)
            return null;
        return Shasum.TryParse(shasum.AsText(), out var parsed)
            ? parsed
            : throw new PublishRefusedException("bad-shasum", "The document's \"shasum\" is not a SHA-1.");
    }

    private static OtherAttachment? ReadProvenance(IReadOnlyList<OtherAttachment> others)
    {
        var bundles = others.Where(other => other.Key.EndsWith(".sigstore", StringComparison.Ordinal)).ToList();
        return bundles.Count <= 1
            ? bundles.FirstOrDefault()
            : throw new PublishRefusedException("two-bundles", "The document has more than one provenance bundle.");
    }
}
