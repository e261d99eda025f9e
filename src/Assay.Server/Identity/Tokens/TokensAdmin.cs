using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary><c>admin token list|revoke</c>.</summary>
internal static class TokensAdmin
{
    private const int MostShown = 500;

    public static void MapAdminTokens(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/token/list", ListAsync);
        admin.MapPost("/token/revoke", RevokeAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, RegistryDbSource source, TimeProvider time, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        var name = (json as JsonObject)?.Text("person");
        await using var db = source.Open();
        if (name is not null && !await db.People.AnyAsync(person => person.Name == name, cancellationToken))
        {
            return NoSuchPerson(name);
        }
        var tokens = await Live(db, time.GetUtcNow())
            .Join(db.People.Where(person => name == null || person.Name == name), token => token.PersonId, person => person.Id, (Token, Person) => new { Token, Person.Name })
            .OrderBy(found => found.Name).ThenByDescending(found => found.Token.Id)
            .Take(MostShown + 1)
            .ToListAsync(cancellationToken);
        var lines = tokens.Take(MostShown).Select(found => Line(found.Name, found.Token)).ToList();
        return JsonAnswer.Lines(lines.Count switch
        {
            0 => ["There is no access token that is good."],
            _ when tokens.Count > MostShown => [.. lines, $"There are more. Name a person: ./run admin token list --person NAME"],
            _ => lines,
        });
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, CommitQueue commits, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        var (key, name) = ((json as JsonObject)?.Text("key"), (json as JsonObject)?.Text("person"));
        if (key is null == name is null)
        {
            return NpmError.BadRequest("Which? Name the key of one token, or a person whose tokens shall all end: ./run admin token revoke KEY | --person NAME");
        }
        var revoked = await commits.RunAsync(async (commit, stop) =>
        {
            var person = await commit.Db.People.SingleOrDefaultAsync(row => row.Name == name, stop);
            if (name is not null && person is null)
            {
                return -1;
            }
            var rows = await Live(commit.Db, commit.Now).AsTracking().Where(row => person == null ? row.Key == key : row.PersonId == person.Id).ToListAsync(stop);
            foreach (var row in rows)
            {
                AccessTokens.Revoke(commit, row);
                commit.Record(Actor.Operator, "token.revoked", row.Key);
            }
            return rows.Count;
        }, cancellationToken);
        return revoked switch
        {
            -1 => NoSuchPerson(name!),
            0 when key is not null => NpmError.NotFound($"No access token that is good has the key {key}. See: ./run admin token list"),
            _ => JsonAnswer.Lines($"{revoked} access {(revoked == 1 ? "token was" : "tokens were")} revoked, and {(revoked == 1 ? "is" : "are")} refused from now on."),
        };
    }

    private static IQueryable<AccessTokenRow> Live(RegistryDb db, DateTimeOffset now) =>
        db.AccessTokens.Where(row => row.RevokedAt == null && row.ExpiresAt > now);

    private static string Line(string person, AccessTokenRow row)
    {
        var used = row.LastUsedAt is { } at ? $"used {at.UtcDateTime:yyyy-MM-dd HH:mm}" : "never used";
        return $"{person}  {row.Key}  {row.Hint}  {row.Name.ReplaceLineEndings(" ")}: {TokenWords.Summary(StoredReach.Of(row))}; until {row.ExpiresAt.UtcDateTime:yyyy-MM-dd}, {used}";
    }

    private static JsonAnswer NoSuchPerson(string name) => NpmError.NotFound($"There is no person named {name}.");
}
