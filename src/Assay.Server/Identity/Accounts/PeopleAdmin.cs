using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Audit;

namespace Assay.Server.Identity;

/// <summary><c>admin user …</c></summary>
internal static class PeopleAdmin
{
    public static void MapAdminPeople(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/user/add", AddAsync);
        admin.MapPost("/user/list", ListAsync);
        MapAct(admin, "disable", PersonAct.Disable, "is disabled: every sign-in and every token has ended, and nobody signs in as them. Their name, packages and history stay.");
        MapAct(admin, "enable", PersonAct.Enable, "can sign in again. The tokens of before stay ended.");
        MapAct(admin, "promote", PersonAct.Promote, "is an administrator.");
        MapAct(admin, "demote", PersonAct.Demote, "is no administrator any more.");
        admin.MapPost("/user/reset-factors", (HttpContext context, ResetFactors reset, CancellationToken stop) => NamedAsync(context, async (name, _) =>
            await reset.RunAsync(name, AccountActor.Operator, stop) ?? JsonAnswer.Lines(
                $"{name} has no second factor any more, no recovery code, and no signed-in browser.",
                "Whoever has the password can set one up now: hand over the news in person, and see that it is done soon."), stop));
        admin.MapPost("/user/reset-password", ResetPasswordAsync);
        admin.MapPost("/user/sessions", SessionsAsync);
        admin.MapPost("/user/end-sessions", EndSessionsAsync);
    }

    private static void MapAct(IEndpointRouteBuilder admin, string path, PersonAct act, string done) =>
        admin.MapPost($"/user/{path}", (HttpContext context, ChangePerson change, CancellationToken stop) => NamedAsync(context, async (name, _) =>
            await change.RunAsync(name, act, AccountActor.Operator, ask: null, stop) ?? JsonAnswer.Lines($"{name} {done}"), stop));

    private static async Task<IResult> AddAsync(HttpContext context, People people, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || json is not JsonObject body)
        {
            return problem ?? NpmError.BadRequest("Nothing was said about the person.");
        }
        var person = new NewPerson(body.Text("name") ?? "", body.Text("email") ?? "", body.Text("password") ?? "", body.Flag("administrator") ?? false);
        return await people.CreateAsync(person, Actor.Operator, cancellationToken) is { } refusal
            ? NpmError.BadRequest(refusal)
            : JsonAnswer.Lines($"{person.Name} can sign in now{(person.IsAdministrator ? " and is an administrator" : "")}: npm login --registry <this registry's URL>");
    }

    private static async Task<JsonAnswer> ListAsync(ReadPeople people, CancellationToken cancellationToken)
    {
        var all = await people.ListAsync(cancellationToken);
        return JsonAnswer.Lines(all.Count == 0
            ? ["There is nobody yet. Invite somebody: ./run admin user invite NAME --email ADDRESS"]
            : all.Select(person => person.ToLine()));
    }

    private static Task<JsonAnswer> ResetPasswordAsync(HttpContext context, ResetPassword reset, CancellationToken cancellationToken) => NamedAsync(context, async (name, body) =>
    {
        var (link, denial) = await reset.RunAsync(name, body.Flag("showLink") ?? false, AccountActor.Operator, ask: null, cancellationToken);
        return denial ?? JsonAnswer.Lines($"The password of {name} counts no more, and every sign-in has ended.", link is null
            ? "A link to choose another one goes to them by mail."
            : $"Hand this link to {name}, by a way that nobody else reads. It works once, and is shown this one time: {link}");
    }, cancellationToken);

    private static Task<JsonAnswer> SessionsAsync(HttpContext context, ReadPeople people, SignedInPlaces places, CancellationToken cancellationToken) => NamedAsync(context, async (name, _) =>
    {
        if (await people.FindAsync(name, cancellationToken) is not { Row: var row })
        {
            return AccountDenials.UnknownPerson(name);
        }
        var found = await places.ListAsync(row.Id, cancellationToken);
        return JsonAnswer.Lines(found.Count == 0
            ? [$"{name} is signed in nowhere."]
            : found.Select(place => $"{(place.IsBrowser ? "browser " : "terminal")}  {place.Client}, from {place.Address}, since {LinkMail.Shown(place.Since)}, "
                + $"last used {(place.LastUsedAt is { } used ? LinkMail.Shown(used) : "never")}"));
    }, cancellationToken);

    private static Task<JsonAnswer> EndSessionsAsync(HttpContext context, ReadPeople people, SignedInPlaces places, CancellationToken cancellationToken) => NamedAsync(context, async (name, _) =>
    {
        if (await people.FindAsync(name, cancellationToken) is not { Row: var row })
        {
            return AccountDenials.UnknownPerson(name);
        }
        var ended = await places.EndOthersAsync(row.Id, name, butToken: null, butBrowser: null, Actor.Operator, cancellationToken);
        return JsonAnswer.Lines($"{ended}. Tokens that {name} made for something else stay.");
    }, cancellationToken);

    /// <summary>A command about one person.</summary>
    public static async Task<JsonAnswer> NamedAsync(HttpContext context, Func<string, JsonObject, Task<JsonAnswer>> run, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        return problem is not null || json is not JsonObject body || body.Text("name") is not { } name
            ? problem ?? NpmError.BadRequest("Say who ('name').")
            : await run(name, body);
    }
}
