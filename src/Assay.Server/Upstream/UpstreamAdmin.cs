using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Trust.Guards;

namespace Assay.Server.Upstream;

/// <summary><c>admin upstream list|quarantine|release|rulings|lift|refusals</c>.</summary>
internal static class UpstreamAdmin
{
    public static void MapAdminUpstream(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/upstream/list", ListAsync);
        admin.MapPost("/upstream/quarantine", (HttpContext context, RuleUpstream rule, CancellationToken stop) => RuleAsync(RulingKind.Quarantine, context, rule, stop));
        admin.MapPost("/upstream/release", (HttpContext context, RuleUpstream rule, CancellationToken stop) => RuleAsync(RulingKind.Release, context, rule, stop));
        admin.MapPost("/upstream/rulings", RulingsAsync);
        admin.MapPost("/upstream/lift", LiftAsync);
        admin.MapPost("/upstream/refusals", RefusalsAsync);
    }

    private static async Task<IResult> ListAsync(ReadUpstream upstream, CancellationToken cancellationToken)
    {
        var registries = await upstream.RegistriesAsync(cancellationToken);
        return registries.Count == 0
            ? JsonAnswer.Lines($"There is no upstream: only what is published here is served. {UpstreamOptions.Section}:Registries:npm:Url makes one.")
            : JsonAnswer.Lines(registries.Select(state =>
                $"{state.Registry}  {string.Join(' ', state.Registry.Names)}  {state.Documents} documents, {state.Tarballs} tarballs ({state.Bytes / 1024 / 1024} MiB), {state.Keys} keys"));
    }

    private static async Task<IResult> RuleAsync(RulingKind kind, HttpContext context, RuleUpstream rule, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        var body = json as JsonObject;
        if (problem is not null || WantedRuling.Read(kind, body?.Text("package"), body?.Text("reason")) is not { } ruling)
        {
            return problem ?? NpmError.BadRequest(
                "What, and why? Give a package or one exact version of it, like lodash or lodash@4.17.20, and --reason. "
                + "Ranges belong in Assay:Upstream:Guards:Block.");
        }
        var id = await rule.AddAsync(ruling, Actor.Operator, cancellationToken);
        var what = ruling.Version is null ? ruling.Name : $"{ruling.Name}@{ruling.Version}";
        return JsonAnswer.Lines(kind is RulingKind.Quarantine
            ? $"Ruling {id}: {what} is kept back from now on, until: ./run admin upstream lift {id}"
            : $"Ruling {id}: {what} is served whatever the guards say, until: ./run admin upstream lift {id}");
    }

    private static async Task<IResult> RulingsAsync(ReadUpstream upstream, CancellationToken cancellationToken)
    {
        var rows = await upstream.RulingsAsync(cancellationToken);
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

    private static async Task<IResult> RefusalsAsync(ReadUpstream upstream, CancellationToken cancellationToken)
    {
        var rows = await upstream.RefusalsAsync(cancellationToken);
        return rows.Count == 0
            ? JsonAnswer.Lines("Nothing was refused.")
            : JsonAnswer.Lines(rows.Select(row =>
                $"{row.LastAt:u}  {row.Name}{(row.Version.Length == 0 ? "" : "@" + row.Version)}  {row.Rule}  "
                + $"{row.Count} times to {row.Caller} ({row.Address}): {row.Reason}"));
    }
}
