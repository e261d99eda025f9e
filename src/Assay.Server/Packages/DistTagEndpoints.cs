using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Trust.Policies;

namespace Assay.Server.Packages;

/// <summary><c>npm dist-tag ls|add|rm</c>.</summary>
internal static class DistTagEndpoints
{
    public static void MapDistTags(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/package/{package}/dist-tags", ListAsync);
        app.MapPut("/-/package/{package}/dist-tags/{tag}", SetAsync);
        app.MapDelete("/-/package/{package}/dist-tags/{tag}", RemoveAsync);
    }

    private static async Task<IResult> ListAsync(string package, Caller caller, PackageDocuments documents, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name)
            || await documents.FindReadableAsync(name, caller, cancellationToken) is not { } snapshot)
        {
            return caller is Caller.Anonymous or Caller.Rejected
                ? Denials.SignInNeeded(caller)
                : NpmError.NotFound($"{package} is not in this registry, or you may not read it.");
        }
        var tags = new JsonObject();
        foreach (var (tag, version) in snapshot.Facts.DistTags.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            tags[tag] = version;
        }
        return JsonAnswer.Ok(tags);
    }

    private static async Task<IResult> SetAsync(
        string package, string tag, HttpContext context, Caller caller, WriteGate gate, ChangePackage change, AskForPackage ask,
        CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name))
        {
            return NpmError.NotFound("There is nothing at this address.");
        }
        if (gate.Refuse(caller, name, TrustActions.DistTag) is { } refusal)
        {
            return refusal;
        }
        if (!DistTag.TryParse(Uri.UnescapeDataString(tag), out var distTag))
        {
            return NpmError.BadRequest($"'{tag}' cannot be a tag: a tag is a plain word that is not a version range.", "invalid-tag");
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        if (json is not JsonValue value || !value.TryGetValue(out string? text) || !SemanticVersion.TryParse(text, out var version))
        {
            return NpmError.BadRequest("The body must be a version as a JSON string.", "invalid-version");
        }
        var act = SensitiveAct.Of($"point the tag {distTag} of {name} to {version}", "set", distTag.Value, version.ToString());
        return Answer(await change.SetTagAsync(
            name, distTag, version.ToString(), caller, ask.Of(context, caller, name, act), cancellationToken));
    }

    private static async Task<IResult> RemoveAsync(
        string package, string tag, HttpContext context, Caller caller, WriteGate gate, ChangePackage change, AskForPackage ask,
        CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name))
        {
            return NpmError.NotFound("There is nothing at this address.");
        }
        if (gate.Refuse(caller, name, TrustActions.DistTag) is { } refusal)
        {
            return refusal;
        }
        if (!DistTag.TryParse(Uri.UnescapeDataString(tag), out var distTag))
        {
            return NpmError.NotFound($"There is no tag '{tag}'.");
        }
        var act = SensitiveAct.Of($"remove the tag {distTag} of {name}", "remove", distTag.Value);
        return Answer(await change.RemoveTagAsync(name, distTag, caller, ask.Of(context, caller, name, act), cancellationToken));
    }

    private static JsonAnswer Answer(JsonAnswer? refusal) => refusal ?? JsonAnswer.Ok(new JsonObject { ["ok"] = true });
}
