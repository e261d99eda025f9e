using System.Text.Json.Nodes;
using Assay.Server.Answers;

namespace Assay.Server.Identity;

/// <summary>One's own sign-ins, in terminals and browsers.</summary>
internal static class SignedInEndpoints
{
    public static void MapSignedIn(this IEndpointRouteBuilder app)
    {
        var sessions = app.MapGroup("/-/assay/v1/sessions");
        sessions.AddEndpointFilter(SignedInOnly);
        sessions.MapGet("", async (Caller caller, SignedInPlaces places, CancellationToken stop) =>
            Shown(await places.ListAsync(((Caller.Member)caller).PersonId, stop), ((Caller.Member)caller).Token.Key));
        sessions.MapDelete("/{key}", EndAsync);
        sessions.MapPost("/end-others", EndOthersAsync);
    }

    public static JsonAnswer Shown(IReadOnlyList<SignedInPlace> places, string? own) =>
        JsonAnswer.Ok(new JsonObject { ["sessions"] = new JsonArray([.. places.Select(place => place.ToJson(own))]) });

    public static JsonAnswer Ended(EndedSignIns ended) => JsonAnswer.Ok(new JsonObject { ["terminals"] = ended.Tokens, ["browsers"] = ended.Browsers });

    public static JsonAnswer NotSignedInThere(string key) => NpmError.NotFound($"No sign-in has the key {key}, or it is over.", "session-not-found");

    private static async Task<JsonAnswer> EndAsync(
        string key, HttpContext context, Caller caller, SignedInPlaces places, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        var member = (Caller.Member)caller;
        if (key != member.Token.Key && await gate.RefuseAsync(context, member, SensitiveAct.Of("end another sign-in", key), cancellationToken) is { } asked)
        {
            return asked;
        }
        return await places.EndAsync(member.PersonId, member.PersonName, key, member.Actor, cancellationToken)
            ? JsonAnswer.Ok(new JsonObject { ["ok"] = true })
            : NotSignedInThere(key);
    }

    private static async Task<JsonAnswer> EndOthersAsync(
        HttpContext context, Caller caller, SignedInPlaces places, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        var member = (Caller.Member)caller;
        return await gate.RefuseAsync(context, member, SensitiveAct.Of("end all other sign-ins", "all"), cancellationToken)
            ?? Ended(await places.EndOthersAsync(member.PersonId, member.PersonName, member.Token.Id, butBrowser: null, member.Actor, cancellationToken));
    }

    private static async ValueTask<object?> SignedInOnly(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var caller = await Caller.BindAsync(invocation.HttpContext);
        return caller switch
        {
            not Caller.Member => Denials.SignInNeeded(caller),
            Caller.Member { Token.IsReadOnly: true } => Denials.ReadOnlyToken(),
            // A token made for something else must not become the account.
            Caller.Member { Token.IsSignIn: false } => Denials.SignInOnly("Changing an account"),
            _ => await next(invocation),
        };
    }
}
