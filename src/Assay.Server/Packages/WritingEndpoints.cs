using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Identity;

namespace Assay.Server.Packages;

/// <summary>
/// The PUT and DELETE requests on a package. One route carries several meanings, told apart by what the document holds: a tarball publishes,
/// versions without one deprecate, fewer versions than stored under a revision unpublish.
/// </summary>
internal static class WritingEndpoints
{
    public static void MapWriting(this IEndpointRouteBuilder app)
    {
        app.MapPut("/{package}", PutAsync);
        app.MapPut("/{package}/-rev/{revision}", PutRevisionAsync);
        app.MapDelete("/{package}/-rev/{revision}", DeleteAsync);
        app.MapDelete("/{package}/-/{file}/-rev/{revision}", DeleteTarballAsync);
    }

    private static async Task<IResult> PutAsync(
        string package, HttpContext context, Caller caller, ReceivePublish receive, PublishPackage publish, ChangePackage change,
        IRefusalMemory refusals, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name))
        {
            return NpmError.BadRequest($"'{package}' is not a package name.", "invalid-name");
        }
        if (MayWrite(name, caller, refusals) is { } denial)
        {
            return denial;
        }
        await using var staged = receive.NewStage();
        var reading = await receive.ReadAsync(context.Request.Body, staged, cancellationToken);
        if (reading is PublishReading.Refused refused)
        {
            return ReceivePublish.Bad(refused.Problem.Code, refused.Problem.Text).ToAnswer();
        }
        var document = ((PublishReading.Accepted)reading).Document;
        return document.Tarball is null
            ? await ChangeAsync(name, document.Json, caller, change, cancellationToken)
            : await PublishAsync(name, document, staged, caller, receive, publish, cancellationToken);
    }

    private static async Task<IResult> PublishAsync(
        PackageName name, PublishDocument document, StagedTarball staged, Caller caller, ReceivePublish receive, PublishPackage publish,
        CancellationToken cancellationToken)
    {
        var (received, denial) = await receive.JudgeAsync(name, document, staged, cancellationToken);
        denial ??= await publish.RunAsync(caller, received!, cancellationToken);
        return denial is null
            ? JsonAnswer.Created(new JsonObject { ["ok"] = true, ["success"] = true })
            : denial.ToAnswer();
    }

    private static async Task<IResult> ChangeAsync(
        PackageName name, JsonObject document, Caller caller, ChangePackage change, CancellationToken cancellationToken)
    {
        if (document["versions"] is not JsonObject versions)
        {
            return NpmError.BadRequest("This document neither publishes, deprecates nor unpublishes anything. Stars are not kept here.", "nothing-to-do");
        }
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var messages = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (version, manifest) in versions)
        {
            // PostgreSQL cannot store a NUL.
            messages[version] = (manifest as JsonObject)?.Text("deprecated")?.Replace('\0', '\uFFFD') ?? "";
        }
        return Done(await change.DeprecateAsync(name, messages, member, cancellationToken));
    }

    private static async Task<IResult> PutRevisionAsync(
        string package, string revision, HttpContext context, Caller caller, ReceivePublish receive, ChangePackage change, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name) || caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        await using var staged = receive.NewStage();
        var reading = await receive.ReadAsync(context.Request.Body, staged, cancellationToken);
        if (reading is PublishReading.Refused refused)
        {
            return ReceivePublish.Bad(refused.Problem.Code, refused.Problem.Text).ToAnswer();
        }
        if (reading is not PublishReading.Accepted { Document: { Tarball: null } document } || document.Json["versions"] is not JsonObject versions)
        {
            return NpmError.BadRequest("This request must carry the package's document with the versions that shall stay.", "nothing-to-do");
        }
        return Done(await change.KeepOnlyAsync(
            name, revision, versions.Select(version => version.Key).ToHashSet(StringComparer.Ordinal), member, cancellationToken));
    }

    private static async Task<IResult> DeleteAsync(
        string package, string revision, Caller caller, ChangePackage change, CancellationToken cancellationToken) =>
        !PackageName.TryParse(package, null, out var name) || caller is not Caller.Member member
            ? Denials.SignInNeeded(caller)
            : Done(await change.UnpublishAsync(name, revision, member, cancellationToken));

    // The last step of npm's unpublish. The version went with the document before it; bytes are nobody's to delete by URL.
    private static async Task<IResult> DeleteTarballAsync(
        string package, string file, Caller caller, PackageDocuments documents, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name) || caller is not Caller.Member)
        {
            return Denials.SignInNeeded(caller);
        }
        var snapshot = await documents.FindAsync(name, cancellationToken);
        return snapshot is not null && snapshot.Tarballs.ContainsKey(Uri.UnescapeDataString(file))
            ? NpmError.Conflict($"{file} belongs to a published version. Unpublish the version first.", "still-published")
            : Done(null);
    }

    private static JsonAnswer? MayWrite(PackageName name, Caller caller, IRefusalMemory refusals) => caller switch
    {
        Caller.Member { Token.IsReadOnly: true } => Denials.ReadOnlyToken(),
        Caller.Member => null,
        Caller.Workload workload when workload.Grant.Package != name => WrongPackage(name, workload, refusals),
        Caller.Workload => null,
        _ => refusals.LastFor(name, caller.Address)?.ToAnswer() ?? NotSignedIn(name, caller),
    };

    // npm's workspaces publish goes on with the token of the package before when an exchange fails.
    private static JsonAnswer WrongPackage(PackageName name, Caller.Workload workload, IRefusalMemory refusals)
    {
        var text = $"This publish token is for {workload.Grant.Package}, not for {name}.";
        if (refusals.LastFor(name, workload.Address) is { } earlier)
        {
            text += $" The exchange for {name} was refused: {earlier.Text}";
        }
        return NpmError.With(StatusCodes.Status403Forbidden, "wrong-package", text, Notices.WithCode(text, "wrong-package"));
    }

    private static JsonAnswer NotSignedIn(PackageName name, Caller caller)
    {
        var why = caller is Caller.Rejected rejected ? rejected.Reason : "You must be signed in to publish.";
        return NpmError.Unauthorized(
            $"{why} From CI, {name} can be published without any token: an owner names the CI project with `npm trust`, and the job needs permission to request an identity token.",
            caller is Caller.Rejected { Code: var code } ? code : "authentication-required");
    }

    private static JsonAnswer Done(Denial? denial) =>
        denial is null ? JsonAnswer.Ok(new JsonObject { ["ok"] = true, ["success"] = true }) : denial.ToAnswer();
}
