using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Organisations with their scopes, and what is said of a scope: what npm has no commands for.</summary>
internal static class ScopeEndpoints
{
    private const string Orgs = "/-/assay/v1/orgs";
    private const string Scope = "/-/assay/v1/scopes/{scope}";

    public static void MapScopes(this IEndpointRouteBuilder app)
    {
        app.MapGet(Orgs, ListAsync);
        app.MapPut(Orgs + "/{organisation}", MakeAsync);
        app.MapPut(Orgs + "/{organisation}/scopes/{scope}", AddAsync);
        app.MapGet(Scope, ShowAsync);
        app.MapPut(Scope, ChangeAsync);
    }

    private static async Task<IResult> ListAsync(Caller caller, ReadOrganisations organisations, CancellationToken cancellationToken) => caller is Caller.Member member
        ? JsonAnswer.Ok(new JsonObject { ["organisations"] = new JsonArray([.. (await organisations.ListAsync(member, cancellationToken)).Select(view => view.Shown)]) })
        : Denials.SignInNeeded(caller);

    private static async Task<IResult> MakeAsync(
        string organisation, HttpContext context, Caller caller, Scopes scopes, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        if (RefuseToAdminister(caller, organisation) is { } refused)
        {
            return refused;
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || json is not JsonObject body || body.Text("owner") is not { } owner || !IsForced(body, others: 1, out var force))
        {
            return problem ?? NpmError.BadRequest("Say who its first owner is: {\"owner\": \"NAME\"}.");
        }
        var ask = gate.Asking(context, caller, SensitiveAct.Of($"make the organisation {organisation}", owner, force ? "force" : "").On($"@{organisation}"));
        return await scopes.MakeOrganisationAsync(organisation, owner, force, caller.Actor, ask, cancellationToken)
            ?? JsonAnswer.Created(new JsonObject { ["name"] = organisation, ["scopes"] = new JsonArray($"@{organisation}") });
    }

    private static async Task<IResult> AddAsync(
        string organisation, string scope, HttpContext context, Caller caller, Scopes scopes, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        if (RefuseToAdminister(caller, organisation) is { } refused)
        {
            return refused;
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || !IsForced(json as JsonObject ?? [], others: 0, out var force))
        {
            return problem ?? NpmError.BadRequest("There is nothing to say but {\"force\": true}: also when the scope would pass for another.");
        }
        var ask = gate.Asking(context, caller, SensitiveAct.Of($"give {scope} to the organisation {organisation}", force ? "force" : "").On(scope));
        return await scopes.AddAsync(organisation, scope, force, caller.Actor, ask, cancellationToken)
            ?? JsonAnswer.Created(new JsonObject { ["name"] = organisation, ["scope"] = scope });
    }

    private static async Task<IResult> ShowAsync(string scope, Caller caller, FirstAccess access, RegistryDbSource source, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        await using var db = source.Open();
        return ScopeName.IsScope(scope) && await Scopes.MaySeeAsync(db, scope, member, cancellationToken)
            ? JsonAnswer.Ok(await ShownAsync(db, scope, access, cancellationToken))
            : Scopes.Unknown(scope).ToAnswer();
    }

    private static async Task<IResult> ChangeAsync(
        string scope, HttpContext context, Caller caller, Scopes scopes, FirstAccess access, SecondFactorGate gate, RegistryDbSource source,
        CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || WantedScope.Read(json) is not { } wanted)
        {
            return problem ?? NpmError.BadRequest("Say 'readers', 'ceiling' or both: teams, members, public, or null for what holds in the registry.");
        }
        var ask = gate.Asking(context, member, SensitiveAct.Of($"change who reads in {scope}", json).On(scope));
        return await scopes.SetAsync(scope, wanted, member, ask, cancellationToken) is { } denial
            ? denial
            : await ShowAsync(scope, caller, access, source, cancellationToken);
    }

    /// <summary>Reads the one member that may be there beside the others; false when there is anything else.</summary>
    private static bool IsForced(JsonObject body, int others, out bool force)
    {
        force = body.Flag("force") ?? false;
        return body.Count == others + (body.ContainsKey("force") ? 1 : 0) && (!body.ContainsKey("force") || body.Flag("force") is not null);
    }

    /// <summary>To everybody else there is no such address, whatever the organisation.</summary>
    private static JsonAnswer? RefuseToAdminister(Caller caller, string organisation) => caller switch
    {
        Caller.Member { IsAdministrator: false } => NpmError.Forbidden("Organisations are made, and given scopes, by administrators of this registry.", "administrators-only"),
        Caller.Member member => member.Token.MayChangeOrganisation(organisation) ? null : Denials.ReadOnlyToken(),
        _ => Denials.SignInNeeded(caller),
    };

    private static async Task<JsonObject> ShownAsync(RegistryDb db, string scope, FirstAccess access, CancellationToken cancellationToken)
    {
        var row = await PackageRights.ScopeAsync(db, scope, cancellationToken);
        var readers = access.ReadersIn(row);
        var wider = ReadCircles.WordsAbove(readers.Usual);
        return new JsonObject
        {
            ["scope"] = scope,
            ["organisation"] = await db.Organisations.Where(found => row != null && found.Id == row.OrganisationId).Select(found => found.Name).SingleOrDefaultAsync(cancellationToken),
            ["readers"] = row?.Readers,
            ["ceiling"] = row?.Ceiling,
            ["holds"] = new JsonObject { ["readers"] = readers.Usual.Word(), ["ceiling"] = readers.Ceiling.Word() },
            ["packages"] = await db.Packages.CountAsync(package => package.Scope == scope, cancellationToken),
            ["widerPackages"] = await db.Packages.CountAsync(package => package.Scope == scope && wider.Contains(package.Access), cancellationToken),
        };
    }
}
