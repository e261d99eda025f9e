using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Trust.Policies;

namespace Assay.Server.Packages;

/// <summary>
/// The PUT and DELETE requests on a package. One route carries several meanings, told apart by what the document holds: a tarball publishes,
/// versions without one deprecate, fewer versions than stored under a revision unpublish, maintainers without versions change the owners.
/// </summary>
internal static class WritingEndpoints
{
    // What a document on this route can mean.
    private const TrustActions PublishOrDeprecate = TrustActions.Publish | TrustActions.Stage | TrustActions.Deprecate;

    public static void MapWriting(this IEndpointRouteBuilder app)
    {
        app.MapPut("/{package}", PutAsync);
        app.MapPut("/{package}/-rev/{revision}", PutRevisionAsync);
        app.MapDelete("/{package}/-rev/{revision}", DeleteAsync);
        app.MapDelete("/{package}/-/{file}/-rev/{revision}", DeleteTarballAsync);
    }

    private static async Task<IResult> PutAsync(
        string package, HttpContext context, Caller caller, WriteGate gate, ReceivePublish receive, PublishPackage publish, ChangePackage change,
        AskForPackage ask, PackagesMeter meter, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name))
        {
            return NotAName(package);
        }
        if (gate.Refuse(caller, name, PublishOrDeprecate) is { } refusal)
        {
            meter.Refused(caller, refusal.Code);
            return refusal;
        }
        await using var staged = receive.NewStage();
        var reading = await receive.ReadAsync(context.Request.Body, staged, cancellationToken);
        if (reading is PublishReading.Refused refused)
        {
            meter.Refused(caller, refused.Problem.Code);
            return ReceivePublish.Bad(refused.Problem.Code, refused.Problem.Text).ToAnswer();
        }
        var document = ((PublishReading.Accepted)reading).Document;
        return document.Tarball is null
            ? await ChangeAsync(name, document.Json, context, caller, gate, change, ask, cancellationToken)
            : await PublishAsync(name, document, staged, context, caller, receive, publish, ask, meter, cancellationToken);
    }

    private static async Task<IResult> PublishAsync(
        PackageName name, PublishDocument document, StagedTarball staged, HttpContext context, Caller caller, ReceivePublish receive, PublishPackage publish,
        AskForPackage ask, PackagesMeter meter, CancellationToken cancellationToken)
    {
        var (received, denial) = await receive.JudgeAsync(name, document, staged, cancellationToken);
        var outcome = denial is null
            ? await publish.RunAsync(caller, received!, ask.Of(context, caller, name, received!.Asked), cancellationToken)
            : new PublishOutcome(denial.ToAnswer(), null);
        // A success would make clients say that it is published.
        if ((outcome.Refusal ?? (outcome.Stage is null ? null : StageAnswers.Diverted(outcome.Stage))) is { } refusal)
        {
            meter.Refused(caller, refusal.Code);
            return refusal;
        }
        meter.Published(caller);
        return JsonAnswer.Created(new JsonObject { ["ok"] = true, ["success"] = true });
    }

    private static async Task<IResult> ChangeAsync(
        PackageName name, JsonObject document, HttpContext context, Caller caller, WriteGate gate, ChangePackage change, AskForPackage ask,
        CancellationToken cancellationToken)
    {
        if (document["versions"] is not JsonObject versions)
        {
            return NpmError.BadRequest("This document neither publishes, deprecates nor unpublishes anything. Stars are not kept here.", "nothing-to-do");
        }
        if (gate.Refuse(caller, name, TrustActions.Deprecate) is { } refusal)
        {
            return refusal;
        }
        var messages = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (version, manifest) in versions)
        {
            // PostgreSQL cannot store a NUL.
            messages[version] = (manifest as JsonObject)?.Text("deprecated")?.Replace('\0', '\uFFFD') ?? "";
        }
        var act = SensitiveAct.Of($"change deprecations of {name}", new JsonObject(messages.Select(message => KeyValuePair.Create(message.Key, (JsonNode?)message.Value))));
        return Done(await change.DeprecateAsync(name, messages, caller, ask.Of(context, caller, name, act), cancellationToken));
    }

    private static async Task<IResult> PutRevisionAsync(
        string package, string revision, HttpContext context, Caller caller, WriteGate gate, ReceivePublish receive, ChangePackage change, ChangeOwners owners,
        AskForPackage ask, SecondFactorGate factor, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name))
        {
            return NotAName(package);
        }
        if (gate.Refuse(caller, name, TrustActions.Unpublish) is { } refusal)
        {
            return refusal;
        }
        await using var staged = receive.NewStage();
        var reading = await receive.ReadAsync(context.Request.Body, staged, cancellationToken);
        if (reading is PublishReading.Refused refused)
        {
            return ReceivePublish.Bad(refused.Problem.Code, refused.Problem.Text).ToAnswer();
        }
        if (reading is not PublishReading.Accepted { Document: { Tarball: null } document } || document.Json["versions"] is not JsonObject versions)
        {
            return reading is PublishReading.Accepted { Document: { Tarball: null, Json: var json } } && OwnerEndpoints.Maintainers(json) is { } people
                ? await OwnersAsync(name, revision, people, context, caller, owners, factor, cancellationToken)
                : NpmError.BadRequest("This request must carry the package's document with the versions that shall stay, or the maintainers that shall be.", "nothing-to-do");
        }
        var kept = versions.Select(version => version.Key).ToHashSet(StringComparer.Ordinal);
        var act = SensitiveAct.Of($"unpublish versions of {name}", ["keep", .. kept.Order(StringComparer.Ordinal)]);
        return Done(await change.KeepOnlyAsync(name, revision, kept, caller, ask.Of(context, caller, name, act), cancellationToken));
    }

    private static async Task<IResult> OwnersAsync(
        PackageName name, string revision, IReadOnlyList<string> people, HttpContext context, Caller caller, ChangeOwners owners, SecondFactorGate factor,
        CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var act = SensitiveAct.Of($"change the owners of {name}", ["owners", .. people.Order(StringComparer.Ordinal)]).On(name.Value);
        return Done(await owners.SetAsync(name, revision, people, member, factor.Asking(context, member, act), cancellationToken));
    }

    private static async Task<IResult> DeleteAsync(
        string package, string revision, HttpContext context, Caller caller, WriteGate gate, ChangePackage change, AskForPackage ask,
        CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name))
        {
            return NotAName(package);
        }
        var act = SensitiveAct.Of($"unpublish all of {name}");
        return gate.Refuse(caller, name, TrustActions.Unpublish) is { } refusal
            ? refusal
            : Done(await change.UnpublishAsync(name, revision, caller, ask.Of(context, caller, name, act), cancellationToken));
    }

    // The last step of npm's unpublish. The version went with the document before it; bytes are nobody's to delete by URL.
    private static async Task<IResult> DeleteTarballAsync(
        string package, string file, Caller caller, WriteGate gate, PackageDocuments documents, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name))
        {
            return NotAName(package);
        }
        if (gate.Refuse(caller, name, TrustActions.Unpublish) is { } refusal)
        {
            return refusal;
        }
        var snapshot = await documents.FindReadableAsync(name, caller, cancellationToken);
        return snapshot is not null && snapshot.Tarballs.ContainsKey(Uri.UnescapeDataString(file))
            ? NpmError.Conflict($"{file} belongs to a published version. Unpublish the version first.", "still-published")
            : Done(refusal: null);
    }

    private static JsonAnswer NotAName(string package) => NpmError.BadRequest($"'{package}' is not a package name.", "invalid-name");

    private static JsonAnswer Done(JsonAnswer? refusal) => refusal ?? JsonAnswer.Ok(new JsonObject { ["ok"] = true, ["success"] = true });
}
