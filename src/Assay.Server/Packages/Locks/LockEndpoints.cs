using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>The locks and demands of packages and scopes; <c>npm access set mfa</c> knows a part of them.</summary>
internal static class LockEndpoints
{
    private const string OfPackage = "/-/assay/v1/package/{package}/lock";

    // Behind a scope nothing can follow: it would be taken for a package's name.
    private const string OfScope = "/-/assay/v1/locks/{scope}";

    public static void MapLocks(this IEndpointRouteBuilder app)
    {
        app.MapGet(OfPackage, ShowPackageAsync);
        app.MapPut(OfPackage, ChangePackageAsync);
        app.MapGet(OfScope, ShowScopeAsync);
        app.MapPut(OfScope, ChangeScopeAsync);
    }

    private static async Task<IResult> ShowPackageAsync(
        string package, Caller caller, PackageLocks locks, RegistryDbSource source, TimeProvider time, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member || !PackageName.TryParse(package, null, out var name))
        {
            return Denials.SignInNeeded(caller);
        }
        await using var db = source.Open();
        var (row, denial) = await PackageRights.FindToSeeAsync(db, name, member, PackageRole.Write, cancellationToken);
        return row is null ? denial!.ToAnswer() : JsonAnswer.Ok(await LockAnswers.OfAsync(db, name, row, locks, time.GetUtcNow(), cancellationToken));
    }

    private static async Task<IResult> ChangePackageAsync(
        string package, HttpContext context, Caller caller, ChangeLock change, SecondFactorGate gate, PackageLocks locks, RegistryDbSource source, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member || !PackageName.TryParse(package, null, out var name))
        {
            return Denials.SignInNeeded(caller);
        }
        var (wanted, problem) = await ReadAsync(context, cancellationToken);
        if (wanted is null)
        {
            return problem!;
        }
        var (notice, refusal) = await change.OfPackageAsync(name, wanted, member, gate.Asking(context, member, wanted.AskedOf(name.Value)), cancellationToken);
        return refusal ?? Said(notice, await ShowPackageAsync(package, caller, locks, source, time, cancellationToken));
    }

    private static async Task<IResult> ShowScopeAsync(
        string scope, Caller caller, PackageLocks locks, RegistryDbSource source, TimeProvider time, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        await using var db = source.Open();
        if (!ScopeName.IsScope(scope) || !await Scopes.MaySeeAsync(db, scope, member, cancellationToken))
        {
            return Scopes.Unknown(scope).ToAnswer();
        }
        var row = await db.Scopes.SingleOrDefaultAsync(found => found.Name == scope, cancellationToken);
        return JsonAnswer.Ok(LockAnswers.Of(row ?? new ScopeRow { Name = scope }, scope: null, new HeldLock(null, row.At(time.GetUtcNow()), locks.Registry), time.GetUtcNow()));
    }

    private static async Task<IResult> ChangeScopeAsync(
        string scope, HttpContext context, Caller caller, ChangeLock change, SecondFactorGate gate, PackageLocks locks, RegistryDbSource source, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        var (wanted, problem) = await ReadAsync(context, cancellationToken);
        if (wanted is null)
        {
            return problem!;
        }
        var (notice, refusal) = await change.OfScopeAsync(scope, wanted, member, gate.Asking(context, member, wanted.AskedOf(scope)), cancellationToken);
        return refusal ?? Said(notice, await ShowScopeAsync(scope, caller, locks, source, time, cancellationToken));
    }

    private static async Task<(WantedLock? Wanted, JsonAnswer? Problem)> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        var wanted = WantedLock.Read(json);
        return (problem is null ? wanted : null, problem ?? (wanted is null
            ? NpmError.BadRequest("Say which 'lock' (oidc-only, 2fa-or-oidc or tokens-allowed), 'phishingResistant' (true or false), 'secondOwner' (true or false), or several of them.", "invalid-lock")
            : null));
    }

    private static JsonAnswer Said(string notice, IResult shown)
    {
        var answer = (JsonAnswer)shown;
        if (answer.Code.Length > 0)
        {
            // Set, and no longer theirs to see.
            return answer;
        }
        answer.Members!["notice"] = notice;
        return new JsonAnswer(StatusCodes.Status200OK, answer.Members) { Notice = Notice.From(notice) };
    }
}
