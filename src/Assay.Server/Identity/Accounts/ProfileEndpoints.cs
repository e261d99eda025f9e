using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary><c>npm profile get|set</c>; what it sets of second factors is in <see cref="ProfileFactors"/>.</summary>
internal static class ProfileEndpoints
{
    private const string Route = "/-/npm/v1/user";

    public static void MapProfile(this IEndpointRouteBuilder app)
    {
        app.MapGet(Route, ShowAsync);
        app.MapPost(Route, ChangeAsync);
    }

    private static async Task<JsonAnswer> ShowAsync(Caller caller, RegistryDbSource source, CancellationToken cancellationToken) =>
        caller is Caller.Member member ? await ShownAsync(member, source, cancellationToken) : Denials.SignInNeeded(caller);

    private static async Task<JsonAnswer> ChangeAsync(
        HttpContext context, Caller caller, ProfileFactors factors, ChangeProfile profile, ChangePassword password, RegistryDbSource source, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        if (member.Token.IsReadOnly)
        {
            return Denials.ReadOnlyToken();
        }
        if (!member.Token.IsSignIn)
        {
            return Denials.SignInOnly("Changing an account");
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || json is not JsonObject body)
        {
            return problem ?? NpmError.BadRequest("Nothing was said about the profile.");
        }
        if (body["tfa"] is { } wanted)
        {
            return await factors.RunAsync(context, member, wanted, cancellationToken);
        }
        if (body["password"] is { } change)
        {
            return await ChangePasswordAsync(context, member, change, password, cancellationToken)
                ?? await ShownAsync(member, source, cancellationToken);
        }
        return await ChangeFactsAsync(context, member, body, profile, source, cancellationToken);
    }

    private static async Task<JsonAnswer?> ChangePasswordAsync(
        HttpContext context, Caller.Member member, JsonNode change, ChangePassword password, CancellationToken cancellationToken)
    {
        if ((change as JsonObject)?.Text("old") is not { } old || (change as JsonObject)?.Text("new") is not { } wanted)
        {
            return NpmError.BadRequest("Another password needs the old and the new one.");
        }
        return await password.RunAsync(context, member, old, wanted, cancellationToken);
    }

    /// <summary>What is not said stays; npm says null for what shall be empty.</summary>
    private static async Task<JsonAnswer> ChangeFactsAsync(
        HttpContext context, Caller.Member member, JsonObject body, ChangeProfile profile, RegistryDbSource source, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var now = ProfileFacts.Of(await db.People.SingleAsync(row => row.Id == member.PersonId, cancellationToken));
        string? Said(string name, string? before) => body.ContainsKey(name) ? body.Text(name) is { Length: > 0 } text ? text : null : before;
        var wanted = new ProfileFacts(
            Said("email", now.Email) ?? now.Email, Said("fullname", now.FullName), Said("homepage", now.Homepage), Said("github", now.Github));
        var (waiting, denial) = await profile.RunAsync(context, member, wanted, cancellationToken);
        if (denial is not null)
        {
            return denial;
        }
        return await ShownAsync(member, source, cancellationToken, waiting is null
            ? null
            : $"A link was mailed to {Printable.Ascii(waiting)}. Until you open it and confirm, your address stays {Printable.Ascii(now.Email)}.");
    }

    private static async Task<JsonAnswer> ShownAsync(Caller.Member member, RegistryDbSource source, CancellationToken cancellationToken, string? notice = null)
    {
        await using var db = source.Open();
        var person = await db.People.SingleAsync(row => row.Id == member.PersonId, cancellationToken);
        return new JsonAnswer(StatusCodes.Status200OK, Shown(person, await FactorState.OfAsync(db, person.Id, cancellationToken))) { Notice = notice ?? UnverifyAddresses.Notice(person) };
    }

    private static JsonObject Shown(PersonRow person, FactorState factors) => new()
    {
        ["name"] = person.Name,
        ["email"] = person.Email,
        ["email_verified"] = person.EmailVerifiedAt is not null,
        ["fullname"] = person.FullName ?? "",
        ["homepage"] = person.Homepage ?? "",
        ["github"] = person.Github ?? "",
        ["created"] = JsonTime.Of(person.CreatedAt),
        ["updated"] = JsonTime.Of(person.CreatedAt),
        ["cidr_whitelist"] = null,
        ["tfa"] = ProfileFactors.Shown(factors),
    };
}
