using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;

namespace Assay.Server.Transparency;

/// <summary>What the log commits to besides the registry's own attestations. What is told of it goes to its audience alone.</summary>
internal sealed record LogEvent(string Kind, string? Package, string? Version, string Audience, JsonObject Facts)
{
    /// <summary>Of an imported version also where it came from, and the time that is said there: neither is this registry's own word.</summary>
    public static LogEvent Publish(PackageRow package, VersionRow version)
    {
        var facts = new JsonObject
        {
            ["integrity"] = Integrity.FromSha512(version.Sha512).ToString(),
            ["access"] = package.Access,
            ["publisher"] = version.PublisherName,
        };
        if (version.ImportedFrom is { } source)
        {
            facts["importedFrom"] = source;
            facts["publishedAt"] = JsonTime.Of(version.PublishedAt);
        }
        return new LogEvent(LogKind.Publish, package.Name, version.Version, LogAudience.Readers, facts);
    }

    /// <summary>A client's bundle, by its SHA-256.</summary>
    public static LogEvent Attestation(string package, string version, string predicateType, string digest) =>
        new(LogKind.Attestation, package, version, LogAudience.Readers, new JsonObject
        {
            ["predicateType"] = predicateType,
            ["bundle"] = $"sha256:{digest}",
        });

    /// <summary>The event's text, which is committed to byte for byte.</summary>
    public string ToJson(DateTimeOffset at)
    {
        var json = new JsonObject { ["kind"] = Kind, ["at"] = JsonTime.Of(at) };
        if (Package is not null)
        {
            json["package"] = Package;
        }
        if (Version is not null)
        {
            json["version"] = Version;
        }
        foreach (var (name, value) in Facts)
        {
            json[name] = value?.DeepClone();
        }
        return json.ToJsonString();
    }
}

/// <summary>What a leaf says that it is about.</summary>
internal static class LogKind
{
    public const string Publish = "publish";
    public const string Attestation = "attestation";
    public const string Tag = "tag";
    public const string Deprecate = "deprecate";
    public const string Unpublish = "unpublish";
    public const string Owner = "owner";
    public const string Policy = "policy";
    public const string Issuer = "issuer";
    public const string Key = "key";
    public const string Incident = "incident";
    public const string Reopen = "reopen";

    /// <summary>An attestation of the registry, as Sigstore's log would keep it. It has no opening.</summary>
    public const string Dsse = "dsse";
}

/// <summary>Who gets the opening of a leaf.</summary>
internal static class LogAudience
{
    /// <summary>Whoever may read the package; without a package, whoever may read the log.</summary>
    public const string Readers = "readers";

    /// <summary>The package's owners, and administrators.</summary>
    public const string Owners = "owners";

    public const string Administrators = "administrators";
}
