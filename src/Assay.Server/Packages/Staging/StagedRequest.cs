using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;

namespace Assay.Server.Packages;

/// <summary>What else a client said with the tarball that it staged, as it is kept: it is judged again at the approval.</summary>
internal static class StagedRequest
{
    private const string Public = "public";
    private const string Restricted = "restricted";

    public static string Write(PublishRequest request)
    {
        var json = new JsonObject
        {
            ["access"] = request.Access switch { PublishAccess.Public => Public, PublishAccess.Restricted => Restricted, _ => null },
            ["nodeVersion"] = request.Publisher.NodeVersion,
            ["npmVersion"] = request.Publisher.NpmVersion,
            ["gitHead"] = request.Publisher.GitHead,
        };
        if (request.Provenance is { } provenance)
        {
            json["provenance"] = new JsonObject { ["key"] = provenance.Key, ["type"] = provenance.ContentType, ["data"] = provenance.Data };
        }
        return json.ToJsonString();
    }

    public static PublishAccess? AccessOf(string request) => JsonNode.Parse(request) is JsonObject json
        ? json.Text("access") switch { Public => PublishAccess.Public, Restricted => PublishAccess.Restricted, _ => null }
        : null;

    public static PublishRequest Read(StageRow row)
    {
        var json = (JsonObject)JsonNode.Parse(row.Request)!;
        return new PublishRequest
        {
            Name = PackageName.TryParse(row.PackageName, null, out var name) ? name : throw new FormatException($"The stage {row.StageId} names no package."),
            Version = SemanticVersion.TryParse(row.Version, out var version) ? version : throw new FormatException($"The stage {row.StageId} has no version."),
            Tag = DistTag.TryParse(row.Tag, out var tag) ? tag : throw new FormatException($"The stage {row.StageId} has no tag."),
            Access = AccessOf(row.Request),
            Tarball = new AttachedTarball("", row.Size, row.Size),
            Publisher = new PublisherDetails(json.Text("nodeVersion"), json.Text("npmVersion"), json.Text("gitHead")),
            Provenance = json["provenance"] is JsonObject bundle ? new OtherAttachment(bundle.Text("key")!, bundle.Text("type"), bundle.Text("data")!) : null,
        };
    }
}
