using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary><c>admin lock set|list</c>.</summary>
internal static class LockAdmin
{
    public static void MapAdminLocks(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/lock/set", SetAsync);
        admin.MapPost("/lock/list", ListAsync);
    }

    private static async Task<IResult> SetAsync(HttpContext context, ChangeLock change, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || json is not JsonObject body || body.Text("target") is not { } target || Read(body) is not { } wanted)
        {
            return problem ?? NpmError.BadRequest(
                "Which package or scope, and which lock or demand? ./run admin lock set @acme/x oidc-only|2fa-or-oidc|tokens-allowed --phishing-resistant on|off --second-owner on|off");
        }
        var (notice, denial) = await change.ByOperatorAsync(target, wanted, body.Flag("now") ?? false, cancellationToken);
        return denial is null ? JsonAnswer.Lines(notice) : denial.ToAnswer();
    }

    private static WantedLock? Read(JsonObject body) => WantedLock.Read(new JsonObject(
        body.Where(member => member.Key is not ("target" or "now") && member.Value is not null).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))));

    private static async Task<IResult> ListAsync(PackageLocks locks, RegistryDbSource source, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var now = time.GetUtcNow();
        List<ILocked> rows =
        [
            .. await db.Scopes.Where(row => row.Lock != null || row.LoosensTo != null || row.PhishingResistantSince != null || row.SecondOwnerSince != null).OrderBy(row => row.Name).ToListAsync(cancellationToken),
            .. await db.Packages.Where(row => row.Lock != null || row.LoosensTo != null || row.PhishingResistantSince != null || row.SecondOwnerSince != null).OrderBy(row => row.Name).ToListAsync(cancellationToken),
        ];
        return JsonAnswer.Lines(
            [.. rows.Select(row => LockAnswers.Line(row, now)), $"Everywhere else: {locks.Registry.Word()} (Assay:Packages:Lock); oidc-only where versions came from CI before there were locks."]);
    }
}
