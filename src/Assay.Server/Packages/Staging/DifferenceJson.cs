using System.Text.Json.Nodes;

namespace Assay.Server.Packages;

/// <summary>What a stage changes, for programs.</summary>
internal static class DifferenceJson
{
    public static JsonObject Of(StageDifference difference) => new()
    {
        ["id"] = difference.Stage.StageId,
        ["packageName"] = difference.Stage.PackageName,
        ["version"] = difference.Stage.Version,
        ["against"] = difference.Against,
        ["files"] = new JsonObject
        {
            ["added"] = Files(difference.Contents.Added),
            ["removed"] = Files(difference.Contents.Removed),
            ["changed"] = Files(difference.Contents.Changed),
        },
        ["manifest"] = new JsonArray([.. difference.Contents.Members.Select(change => new JsonObject
        {
            ["in"] = change.Table,
            ["name"] = change.Name,
            ["before"] = change.Before,
            ["now"] = change.Now,
        })]),
        ["unpackedSize"] = new JsonObject { ["before"] = difference.Contents.UnpackedBefore, ["now"] = difference.Contents.UnpackedNow },
        ["hasInstallScript"] = difference.Contents.HasInstallScript,
    };

    private static JsonArray Files(IEnumerable<FileChange> files) => new([.. files.Select(file => new JsonObject
    {
        ["path"] = file.Path,
        ["before"] = file.Before,
        ["now"] = file.Now,
    })]);
}
