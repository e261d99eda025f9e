using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Trust.Guards;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Upstream;

/// <summary><c>admin upstream list|quarantine|release|rulings|lift|refusals</c>.</summary>
internal static class UpstreamAdmin
{
    private const int RefusalsShown = 100;

    public static void MapAdminUpstream(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/upstream/list", ListAsync);
        admin.MapPost("/upstream/quarantine", (HttpContext context, RuleUpstream rule, CancellationToken stop) => RuleAsync(RulingKind.Quarantine, context, rule, stop));
        admin.MapPost("/upstream/release", (HttpContext context, RuleUpstream rule, CancellationToken stop) => RuleAsync(RulingKind.Release, context, rule, stop));
        admin.MapPost("/upstream/rulings", RulingsAsync);
        admin.MapPost("/upstream/lift", LiftAsync);
        admin.MapPost("/upstream/refusals", RefusalsAsync);
    }

    private static async Task<IResult> ListAsync(UpstreamRoutes routes, RegistryDbSource source, CancellationToken cancellationToken)
    {
        if (routes.All.Count == 0)
        {
            return JsonAnswer.Lines($"There is no upstream: only what is published here is served. {UpstreamOptions.Section}:Registries:npm:Url makes one.");
        }
        await using var db = source.Open();
        var lines = new List<string>();
        foreach (var registry in routes.All)
        {
            var packages = await db.UpstreamPackages.CountAsync(row => row.Registry == registry.Key, cancellationToken);
            var tarballs = await db.UpstreamTarballs.Where(row => row.Registry == registry.Key).Select(row => row.Size).ToListAsync(cancellationToken);
            var keys = await db.UpstreamKeys.CountAsync(row => row.Registry == registry.Key, cancellationToken);
            lines.Add($"{registry}  {string.Join(' ', registry.Names)}  {packages} documents, {tarballs.Count} tarballs ({tarballs.Sum() / 1024 / 1024} MiB), {keys} keys");
        }
        return JsonAnswer.Lines(lines);
    }

    private static async Task<IResult> RuleAsync(RulingKind kind, HttpContext context, RuleUpstream rule, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        var (body, reason) = (json as JsonObject, (json as JsonObject)?.Text("reason"));
        if (problem is not null || body?.Text("package") is not { } text || Read(text) is not var (name, version) || string.IsNullOrWhiteSpace(reason))
        {
            return problem ?? NpmError.BadRequest(
                "What, and why? Give a package or one exact version of it, like lodash or lodash@4.17.20, and --reason. "
                + "Ranges belong in Assay:Upstream:Guards:Block.");
        }
        var id = await rule.AddAsync(new Ruling(kind, name.Value, version, reason), Actor.Operator, cancellationToken);
        var what = version is null ? name.Value : $"{name}@{version}";
        return JsonAnswer.Lines(kind is RulingKind.Quarantine
            ? $"Ruling {id}: {what} is kept back from now on, until: ./run admin upstream lift {id}"
            : $"Ruling {id}: {what} is served whatever the guards say, until: ./run admin upstream lift {id}");
    }

    private static (PackageName Name, string? Version)? Read(string text)
    {
        var at = text.LastIndexOf('@');
        var (name, version) = at > 0 ? (text[..at], text[(at + 1)..]) : (text, null);
        // A range or a tag would be kept and never fit.
        var isExact = version is null || (SemanticVersion.TryParse(version, out var exact) && exact.ToString() == version);
        return PackageName.TryParse(name, out var parsed) && isExact ? (parsed, version) : null;
    }

    private static async Task<IResult> RulingsAsync(RegistryDbSource source, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var rows = await db.UpstreamRulings.Where(row => row.LiftedAt == null).OrderBy(row => row.Id).ToListAsync(cancellationToken);
        return rows.Count == 0
            ? JsonAnswer.Lines("There are no rulings: the guards alone decide.")
            : JsonAnswer.Lines(rows.Select(row => $"{row.Id}  {row.Kind}  {row.Name}{(row.Version.Length == 0 ? "" : "@" + row.Version)}  since {row.At:u} by {row.By}: {row.Reason}"));
    }

    private static async Task<IResult> LiftAsync(HttpContext context, RuleUpstream rule, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || !long.TryParse((json as JsonObject)?.Text("id"), out var id))
        {
            return problem ?? NpmError.BadRequest("Which ruling? See: ./run admin upstream rulings");
        }
        return await rule.LiftAsync(id, Actor.Operator, cancellationToken) is { } lifted
            ? JsonAnswer.Lines($"Taken back: the {lifted}. The guards decide again.")
            : NpmError.NotFound($"There is no ruling {id} that still holds. See: ./run admin upstream rulings");
    }

    private static async Task<IResult> RefusalsAsync(RegistryDbSource source, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var rows = await db.UpstreamRefusals.OrderByDescending(row => row.LastAt).ThenByDescending(row => row.Id).Take(RefusalsShown).ToListAsync(cancellationToken);
        return rows.Count == 0
            ? JsonAnswer.Lines("Nothing was refused.")
            : JsonAnswer.Lines(rows.Select(row =>
                $"{row.LastAt:u}  {row.Name}{(row.Version.Length == 0 ? "" : "@" + row.Version)}  {row.Rule}  "
                + $"{row.Count} times to {row.Caller} ({row.Address}): {row.Reason}"));
    }
}
