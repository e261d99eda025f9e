using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary><c>admin name own|release|list</c>.</summary>
internal static class NamesAdmin
{
    public static void MapAdminNames(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/name/own", OwnAsync);
        admin.MapPost("/name/release", ReleaseAsync);
        admin.MapPost("/name/list", ListAsync);
    }

    private static async Task<IResult> OwnAsync(HttpContext context, CommitQueue commits, CancellationToken cancellationToken)
    {
        var (name, problem) = await ReadAsync(context, cancellationToken);
        if (name is null)
        {
            return problem!;
        }
        return await commits.RunAsync((commit, stop) => OwnedNames.TakeAsync(commit, name, Actor.Operator, stop), cancellationToken)
            ? JsonAnswer.Lines($"{name} is this registry's from now on: nobody else answers for {What(name)}.")
            : JsonAnswer.Lines($"{name} is this registry's already.");
    }

    private static async Task<IResult> ReleaseAsync(HttpContext context, CommitQueue commits, CancellationToken cancellationToken)
    {
        var (name, problem) = await ReadAsync(context, cancellationToken);
        if (name is null)
        {
            return problem!;
        }
        var released = await commits.RunAsync((commit, stop) => DisownAsync(commit, name, stop), cancellationToken);
        return released
            ? JsonAnswer.Lines($"{name} is released. Names with packages, and names that policies reserve, stay this registry's.")
            : NpmError.NotFound($"{name} does not stand among the names that were made this registry's. See: ./run admin name list");
    }

    private static async Task<bool> DisownAsync(Commit commit, string name, CancellationToken cancellationToken)
    {
        if (await commit.Db.OwnedNames.Where(row => row.Name == name).ExecuteDeleteAsync(cancellationToken) == 0)
        {
            return false;
        }
        commit.Record(Actor.Operator, "name.disowned", name);
        commit.Changed(OwnedNames.ChangeKey);
        return true;
    }

    private static async Task<IResult> ListAsync(RegistryDbSource source, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var rows = await db.OwnedNames.OrderBy(row => row.Name).ToListAsync(cancellationToken);
        return rows.Count == 0
            ? JsonAnswer.Lines("No scope or name was made this registry's; those with packages are in any case.")
            : JsonAnswer.Lines(rows.Select(row => $"{row.Name}  {(row.At == DateTimeOffset.UnixEpoch ? "from before there were upstreams" : $"since {row.At:u}")} by {row.By}"));
    }

    private static async Task<(string? Name, IResult? Problem)> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        var name = (json as JsonObject)?.Text("name");
        return problem is null && name is not null && (PackageName.TryParse(name, out _) || ScopeName.IsScope(name))
            ? (name, null)
            : (null, problem ?? NpmError.BadRequest("Which scope or name? Give one like @acme, @acme/x or x."));
    }

    private static string What(string name) => ScopeName.IsScope(name) ? $"any name in {name}" : "it";
}
