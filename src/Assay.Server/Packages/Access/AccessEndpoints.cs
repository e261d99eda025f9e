using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Trust.People;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary><c>npm access get|set status|set mfa|list collaborators|list packages</c>.</summary>
internal static class AccessEndpoints
{
    private const string Access = "/-/package/{package}/access";

    public static void MapAccess(this IEndpointRouteBuilder app)
    {
        app.MapGet(Access, ShowAsync);
        app.MapPost(Access, ChangeAsync);
        app.MapGet("/-/package/{package}/collaborators", CollaboratorsAsync);
        app.MapGet("/-/org/{organisation}/package", OfOrganisationAsync);
        app.MapGet("/-/user/{user}/package", OfPersonAsync);
    }

    private static async Task<IResult> ShowAsync(
        string package, Caller caller, PackageDocuments documents, PackageLocks locks, RegistryDbSource source, TimeProvider time, CancellationToken cancellationToken)
    {
        var (snapshot, denial) = await ReadingEndpoints.ReadableAsync(package, caller, documents, cancellationToken);
        if (snapshot is null)
        {
            return denial!;
        }
        await using var db = source.Open();
        var name = snapshot.Facts.Name;
        var row = await db.Packages.SingleOrDefaultAsync(found => found.Name == name.Value, cancellationToken);
        var held = await locks.OfAsync(db, name, row, time.GetUtcNow(), cancellationToken);
        return JsonAnswer.Ok(new JsonObject
        {
            ["access"] = snapshot.IsPublic ? "public" : "restricted",
            ["readers"] = snapshot.Access.Readers.Word(),
            ["publish_requires_tfa"] = held.Holds > PublishLock.TokensAllowed,
            ["lock"] = held.Holds.Word(),
        });
    }

    private static async Task<IResult> ChangeAsync(
        string package, HttpContext context, Caller caller, ChangeAccess change, ChangeLock locks, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member || !PackageName.TryParse(package, null, out var name))
        {
            return Denials.SignInNeeded(caller);
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (WantedFactor.IsAsked(json))
        {
            return WantedFactor.Read(json) is { } held ? await LockAsync(name, new WantedLock(held), context, member, locks, gate, cancellationToken) : WantedFactor.Unreadable();
        }
        if (problem is not null || !WantedAccess.TryRead(json, out var wanted, out problem))
        {
            return problem;
        }
        var ask = gate.Asking(context, member, SensitiveAct.Of($"change who reads {name}", json).On(name.Value));
        return await change.RunAsync(name, wanted, member, ask, cancellationToken) ?? JsonAnswer.Ok(new JsonObject { ["ok"] = true });
    }

    // npm prints the notice: the one place where its user reads that what they set holds only later.
    private static async Task<JsonAnswer> LockAsync(
        PackageName name, WantedLock wanted, HttpContext context, Caller.Member member, ChangeLock locks, SecondFactorGate gate, CancellationToken cancellationToken)
    {
        var (notice, refusal) = await locks.OfPackageAsync(
            name, wanted, member, gate.Asking(context, member, wanted.AskedOf(name.Value)), cancellationToken);
        return refusal ?? new JsonAnswer(StatusCodes.Status200OK, new JsonObject { ["ok"] = true, ["notice"] = notice }) { Notice = Notice.From(notice) };
    }

    private static async Task<IResult> CollaboratorsAsync(
        string package, string? format, Caller caller, RegistryDbSource source, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member || !PackageName.TryParse(package, null, out var name))
        {
            return Denials.SignInNeeded(caller);
        }
        await using var db = source.Open();
        var (row, denial) = await PackageRights.FindToSeeAsync(db, name, member, PackageRole.Write, cancellationToken);
        if (row is null)
        {
            return denial!.ToAnswer();
        }
        var found = await Collaborators.OfAsync(db, row, cancellationToken);
        // pnpm wants a list where npm wants a map, and says so.
        return JsonAnswer.Ok(format == "cli"
            ? new JsonArray([.. found.Select(one => new JsonObject { ["user"] = one.Name, ["email"] = one.Email, ["permissions"] = one.Role.NpmWord() })])
            : Map(found.Select(one => (one.Name, one.Role))));
    }

    private static async Task<IResult> OfOrganisationAsync(
        string organisation, Caller caller, RegistryDbSource source, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        await using var db = source.Open();
        return await PackagesOfAsync(db, organisation, member, cancellationToken);
    }

    private static async Task<JsonAnswer> PackagesOfAsync(RegistryDb db, string organisation, Caller.Member member, CancellationToken cancellationToken)
    {
        var (known, denial) = await Organisations.FindAsync(db, organisation, member, cancellationToken);
        if (known is null)
        {
            return denial!;
        }
        var packages = db.Packages.Where(package => db.Scopes.Any(scope => scope.Name == package.Scope && scope.OrganisationId == known.Row.Id));
        return JsonAnswer.Ok(Map(await PackageRights.RolesAsync(db, member.Standing, packages.Within(member.Token), cancellationToken)));
    }

    /// <summary>
    /// Of the person themself, or as an administrator sees it: what others have is not everybody's to know. pnpm 12 asks here for an organisation, too.
    /// </summary>
    private static async Task<IResult> OfPersonAsync(string user, Caller caller, RegistryDbSource source, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        await using var db = source.Open();
        var person = user == member.PersonName || member.IsAdministrator
            ? await db.People.SingleOrDefaultAsync(row => row.Name == user, cancellationToken)
            : null;
        if (person is null)
        {
            return await PackagesOfAsync(db, user, member, cancellationToken);
        }
        var standing = await Standings.OfAsync(db, person.Id, cancellationToken);
        var own = PackageRights.WithRole(db, person.Id, PackageRole.Read).Within(member.Token);
        return JsonAnswer.Ok(Map(await PackageRights.RolesAsync(db, standing, own, cancellationToken)));
    }

    private static JsonObject Map(IEnumerable<(string Name, PackageRole Role)> roles)
    {
        var map = new JsonObject();
        foreach (var (name, role) in roles)
        {
            map[name] = role.NpmWord();
        }
        return map;
    }
}
