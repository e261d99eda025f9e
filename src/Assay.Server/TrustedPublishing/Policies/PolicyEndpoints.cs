using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.Policies;

namespace Assay.Server.TrustedPublishing;

/// <summary>Policies in full, for people and scripts; <c>npm trust</c> knows a part of them.</summary>
internal static class PolicyEndpoints
{
    public static void MapPolicies(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/assay/v1/policies", ListAsync);
        app.MapPost("/-/assay/v1/policies", CreateAsync);
        app.MapGet("/-/assay/v1/policies/hygiene", HygieneAsync);
        app.MapGet("/-/assay/v1/policies/{id}", ShowAsync);
        app.MapPut("/-/assay/v1/policies/{id}", ReplaceAsync);
        app.MapDelete("/-/assay/v1/policies/{id}", EndAsync);
        app.MapPost("/-/assay/v1/policies/{id}/rearm", RearmAsync);
        app.MapGet("/-/assay/v1/package/{package}/policies", OfPackageAsync);
        app.MapPost("/-/assay/v1/package/{package}/policies", CreateForPackageAsync);
        app.MapPut("/-/assay/v1/package/{package}/inheritance", InheritAsync);
    }

    private static async Task<IResult> ListAsync(
        string? target, string? binding, string? after, Caller caller, PolicyListing listing, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var views = await listing.AllAsync(PolicyWriter.Of(member), target, binding, after, cancellationToken);
        return JsonAnswer.Ok(Page(views, PolicyAnswers.Of, views));
    }

    private static async Task<IResult> HygieneAsync(string? after, Caller caller, PolicyListing listing, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var views = await listing.AllAsync(PolicyWriter.Of(member), target: null, binding: null, after, cancellationToken);
        return JsonAnswer.Ok(Page(views.Where(view => view.Findings.Count > 0 || view.Policy is null), PolicyAnswers.Of, views));
    }

    private static async Task<IResult> ShowAsync(string id, Caller caller, PolicyListing listing, CancellationToken cancellationToken) =>
        caller is Caller.Member member
            ? await ShownAsync(StatusCodes.Status200OK, id, notice: null, PolicyWriter.Of(member), listing, cancellationToken)
            : Denials.SignInNeeded(caller);

    private static async Task<IResult> CreateAsync(
        HttpContext context, Caller caller, CreatePolicy create, PolicyGate gate, PolicyListing listing, CancellationToken cancellationToken) =>
        await WriteAsync(context, caller, listing, StatusCodes.Status201Created, (document, member, act) =>
            document.Target is { } target
                ? gate.RefuseAsync(context, member, target, document.Effect, act($"create a trust policy on {target}"), cancellationToken)
                : Task.FromResult<JsonAnswer?>(null), async (document, writer) =>
            document.Target is { } target
                ? await create.RunAsync(document, target, writer, cancellationToken)
                : (null, ProposePolicy.Bad(["A policy has a 'target': one package, '@scope/prefix*', '@scope/*', or for a deny '*'."])), cancellationToken);

    private static async Task<IResult> CreateForPackageAsync(
        string package, HttpContext context, Caller caller, CreatePolicy create, PolicyGate gate, PolicyListing listing, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name))
        {
            return NpmError.BadRequest($"'{package}' is not a package name.", "invalid-name");
        }
        var own = PolicyRows.Exactly(name);
        return await WriteAsync(context, caller, listing, StatusCodes.Status201Created, (document, member, act) =>
            gate.RefuseAsync(context, member, own, document.Effect, act($"create a trust policy of {name}"), cancellationToken), async (document, writer) =>
            document.Target is { } other && other != own
                ? (null, ProposePolicy.Bad([$"The policy speaks of {other}, the address of {name}."]))
                : await create.RunAsync(document, own, writer, cancellationToken), cancellationToken);
    }

    private static Task<IResult> ReplaceAsync(
        string id, HttpContext context, Caller caller, ReplacePolicy replace, PolicyGate gate, PolicyListing listing, CancellationToken cancellationToken) =>
        WriteAsync(context, caller, listing, StatusCodes.Status200OK,
            (document, member, act) => gate.RefuseAsync(
                context, member, id, act($"replace the trust policy {id}").On(document.Target is { } target ? [target.Text] : []), cancellationToken),
            (document, writer) => replace.RunAsync(id, document, writer, cancellationToken), cancellationToken);

    private static async Task<IResult> EndAsync(
        string id, HttpContext context, Caller caller, EndPolicy end, PolicyGate gate, PolicyListing listing, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        if (await gate.RefuseAsync(context, member, id, SensitiveAct.Of($"end the trust policy {id}"), cancellationToken) is { } asked)
        {
            return asked;
        }
        var (notice, denial) = await end.RunAsync(id, PolicyWriter.Of(member), cancellationToken);
        return denial is null
            ? await ShownAsync(StatusCodes.Status200OK, id, notice, PolicyWriter.Of(member), listing, cancellationToken)
            : denial.ToAnswer();
    }

    private static async Task<IResult> RearmAsync(
        string id, HttpContext context, Caller caller, RearmPolicy rearm, PolicyGate gate, PolicyListing listing, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (forgetIds, problem) = await FlagAsync(context, "forgetIds", isNeeded: false, cancellationToken);
        var act = SensitiveAct.Of($"re-arm the trust policy {id}", $"forget ids: {forgetIds}");
        problem ??= await gate.RefuseAsync(context, member, id, act, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        var (written, denial) = await rearm.RunAsync(id, forgetIds, PolicyWriter.Of(member), cancellationToken);
        return written is null
            ? denial!.ToAnswer()
            : await ShownAsync(StatusCodes.Status200OK, written.Policy.Id, written.Notice, PolicyWriter.Of(member), listing, cancellationToken);
    }

    private static async Task<IResult> OfPackageAsync(string package, Caller caller, PolicyListing listing, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name) || caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (policies, denial) = await listing.OfPackageAsync(name, PolicyWriter.Of(member), cancellationToken);
        return policies is null ? denial!.ToAnswer() : JsonAnswer.Ok(PolicyAnswers.Of(policies));
    }

    private static async Task<IResult> InheritAsync(
        string package, HttpContext context, Caller caller, SetInheritance inheritance, PolicyGate gate, PolicyListing listing,
        CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name) || caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (inherits, problem) = await FlagAsync(context, "inherits", isNeeded: true, cancellationToken);
        var act = SensitiveAct.Of($"say whether wider trust policies count for {name}", $"inherits: {inherits}");
        problem ??= await gate.RefuseAsync(context, member, PolicyRows.Exactly(name), PolicyEffect.Allow, act, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        var (notice, denial) = await inheritance.RunAsync(name, inherits, PolicyWriter.Of(member), cancellationToken);
        if (denial is not null)
        {
            return denial.ToAnswer();
        }
        var (policies, _) = await listing.OfPackageAsync(name, PolicyWriter.Of(member), cancellationToken);
        return new JsonAnswer(StatusCodes.Status200OK, policies is null ? null : PolicyAnswers.Of(policies)) { Notice = notice };
    }

    private static async Task<IResult> WriteAsync(
        HttpContext context, Caller caller, PolicyListing listing, int status,
        Func<PolicyDocument, Caller.Member, Func<string, SensitiveAct>, Task<JsonAnswer?>> ask,
        Func<PolicyDocument, PolicyWriter, Task<(WrittenPolicy? Written, Denial? Denial)>> write, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        if (!PolicyDocument.TryRead(JsonElement.Parse(json?.ToJsonString() ?? "null"), out var document, out var problems))
        {
            return ProposePolicy.Bad(problems).ToAnswer();
        }
        if (await ask(document, member, words => SensitiveAct.Of(words, json)) is { } asked)
        {
            return asked;
        }
        var writer = PolicyWriter.Of(member);
        var (written, denial) = await write(document, writer);
        return written is null
            ? denial!.ToAnswer()
            : await ShownAsync(status, written.Policy.Id, written.Notice, writer, listing, cancellationToken);
    }

    internal static async Task<IResult> ShownAsync(
        int status, string id, string? notice, PolicyWriter reader, PolicyListing listing, CancellationToken cancellationToken)
    {
        var (view, denial) = await listing.FindAsync(id, reader, cancellationToken);
        if (view is null)
        {
            return denial!.ToAnswer();
        }
        var shown = PolicyAnswers.Of(view);
        if (notice is not null)
        {
            shown["notice"] = notice;
        }
        return new JsonAnswer(status, shown) { Notice = notice };
    }

    /// <summary>A body with one yes or no in it.</summary>
    private static async Task<(bool Flag, JsonAnswer? Problem)> FlagAsync(
        HttpContext context, string name, bool isNeeded, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        return (problem, json) switch
        {
            (not null, _) => (false, problem),
            (_, null or JsonObject { Count: 0 }) when !isNeeded => (false, null),
            (_, JsonObject { Count: 1 } body) when body.Flag(name) is { } flag => (flag, null),
            _ => (false, NpmError.BadRequest($"The body is {{\"{name}\": true}} or {{\"{name}\": false}}.")),
        };
    }

    private static JsonObject Page(IEnumerable<PolicyView> shown, Func<PolicyView, JsonObject> show, IReadOnlyList<PolicyView> page) => new()
    {
        ["policies"] = new JsonArray([.. shown.Select(show)]),
        ["next"] = page.Count < PolicyListing.PageSize ? null : page[^1].Row.Id,
    };
}
