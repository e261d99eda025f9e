using System.Text.Json.Nodes;
using Assay.Server.Answers;

namespace Assay.Server.Identity;

/// <summary>People for administrators: the same operations as <c>admin user …</c>.</summary>
internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder app)
    {
        var users = app.MapGroup("/-/assay/v1/users");
        users.AddEndpointFilter(AdministratorsOnly);
        users.MapGet("", async (ReadPeople people, CancellationToken stop) => JsonAnswer.Ok(new JsonObject
        {
            ["users"] = new JsonArray([.. (await people.ListAsync(stop)).Select(person => person.ToJson())]),
        }));
        users.MapGet("/{name}", ShownAsync);
        MapAct(users, "disable", PersonAct.Disable);
        MapAct(users, "enable", PersonAct.Enable);
        MapAct(users, "promote", PersonAct.Promote);
        MapAct(users, "demote", PersonAct.Demote);
        users.MapPost("/{name}/reset-password", ResetPasswordAsync);
        users.MapPost("/{name}/reset-factors", ResetFactorsAsync);
        users.MapGet("/{name}/sessions", SessionsAsync);
        users.MapDelete("/{name}/sessions/{key}", EndSessionAsync);
        users.MapPost("/{name}/sessions/end", EndSessionsAsync);
    }

    private static void MapAct(IEndpointRouteBuilder users, string path, PersonAct act) =>
        users.MapPost($"/{{name}}/{path}", async (string name, HttpContext context, Caller caller, ChangePerson change, ReadPeople people, SecondFactorGate gate, CancellationToken stop) =>
            await change.RunAsync(name, act, AccountActor.Of((Caller.Member)caller), Ask(context, caller, gate, $"{path} the account {name}", stop), stop)
                ?? await ShownAsync(name, people, stop));

    private static async Task<JsonAnswer> ShownAsync(string name, ReadPeople people, CancellationToken cancellationToken) =>
        await people.FindAsync(name, cancellationToken) is { } person ? JsonAnswer.Ok(person.ToJson()) : AccountDenials.UnknownPerson(name);

    private static async Task<JsonAnswer> ResetPasswordAsync(
        string name, HttpContext context, Caller caller, ResetPassword reset, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        var (isShown, problem) = await WantsLinkAsync(context, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        var (link, denial) = await reset.RunAsync(
            name, isShown, AccountActor.Of((Caller.Member)caller), Ask(context, caller, gate, $"reset the password of {name}", cancellationToken), cancellationToken);
        return denial ?? JsonAnswer.Ok(new JsonObject { ["name"] = name, ["link"] = link });
    }

    private static async Task<JsonAnswer> ResetFactorsAsync(
        string name, HttpContext context, Caller caller, ResetFactors reset, ReadPeople people, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        if (await people.FindAsync(name, cancellationToken) is null)
        {
            return AccountDenials.UnknownPerson(name);
        }
        return await Ask(context, caller, gate, $"take away all second factors of {name}", cancellationToken)()
            ?? await reset.RunAsync(name, AccountActor.Of((Caller.Member)caller), cancellationToken)
            ?? await ShownAsync(name, people, cancellationToken);
    }

    private static async Task<JsonAnswer> SessionsAsync(string name, Caller caller, ReadPeople people, SignedInPlaces places, CancellationToken cancellationToken) =>
        await people.FindAsync(name, cancellationToken) is { Row: var row }
            ? SignedInEndpoints.Shown(await places.ListAsync(row.Id, cancellationToken), ((Caller.Member)caller).Token.Key)
            : AccountDenials.UnknownPerson(name);

    private static async Task<JsonAnswer> EndSessionAsync(
        string name, string key, HttpContext context, Caller caller, ReadPeople people, SignedInPlaces places, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        if (await people.FindAsync(name, cancellationToken) is not { Row: var row })
        {
            return AccountDenials.UnknownPerson(name);
        }
        if (await Ask(context, caller, gate, $"end a sign-in of {name}", cancellationToken)() is { } asked)
        {
            return asked;
        }
        return await places.EndAsync(row.Id, name, key, caller.Actor, cancellationToken)
            ? JsonAnswer.Ok(new JsonObject { ["ok"] = true })
            : SignedInEndpoints.NotSignedInThere(key);
    }

    private static async Task<JsonAnswer> EndSessionsAsync(
        string name, HttpContext context, Caller caller, ReadPeople people, SignedInPlaces places, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        if (await people.FindAsync(name, cancellationToken) is not { Row: var row })
        {
            return AccountDenials.UnknownPerson(name);
        }
        return await Ask(context, caller, gate, $"end all sign-ins of {name}", cancellationToken)()
            ?? SignedInEndpoints.Ended(await places.EndOthersAsync(row.Id, name, butToken: null, butBrowser: null, caller.Actor, cancellationToken));
    }

    /// <summary>The second factor, for an act that its words describe wholly.</summary>
    public static Func<Task<JsonAnswer?>> Ask(
        HttpContext context, Caller caller, SecondFactorGate gate, string words, CancellationToken cancellationToken, params string?[] also) =>
        () => gate.RefuseAsync(context, caller, SensitiveAct.Of(words, [words, .. also]), cancellationToken);

    /// <summary>Whether the caller asked for the link itself (<c>"showLink": true</c>).</summary>
    public static async Task<(bool IsShown, JsonAnswer? Problem)> WantsLinkAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        return ((json as JsonObject)?.Flag("showLink") ?? false, problem);
    }

    public static async ValueTask<object?> AdministratorsOnly(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var caller = await Caller.BindAsync(invocation.HttpContext);
        return caller switch
        {
            not Caller.Member => Denials.SignInNeeded(caller),
            Caller.Member { Token: { IsSignIn: false, IsReadOnly: true } } when !HttpMethods.IsGet(invocation.HttpContext.Request.Method) => Denials.ReadOnlyToken(),
            Caller.Member { IsAdministrator: false } => AccountDenials.AdministratorsOnly(),
            _ => await next(invocation),
        };
    }
}
