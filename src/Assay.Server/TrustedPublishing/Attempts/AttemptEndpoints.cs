using System.Globalization;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;

namespace Assay.Server.TrustedPublishing;

/// <summary>Where owners see what was presented and what differed, and make a policy of it.</summary>
internal static class AttemptEndpoints
{
    public static void MapAttempts(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/assay/v1/attempts", AllAsync);
        app.MapGet("/-/assay/v1/package/{package}/attempts", OfPackageAsync);
        app.MapGet("/-/assay/v1/package/{package}/attempts/{id}", ShowAsync);
        app.MapPost("/-/assay/v1/package/{package}/attempts/{id}/policy", MakePolicyAsync);
    }

    public static void MapAdminAttempts(this IEndpointRouteBuilder admin) => admin.MapPost("/attempts", LinesAsync);

    private static async Task<JsonAnswer> AllAsync(HttpRequest request, Caller caller, ReadAttempts attempts, CancellationToken cancellationToken) =>
        AttemptRights.Refuse(caller) ?? await PageAsync(request, NonEmpty(request.Query["package"]), attempts, cancellationToken);

    private static async Task<JsonAnswer> OfPackageAsync(
        string package, HttpRequest request, Caller caller, AttemptRights rights, ReadAttempts attempts, CancellationToken cancellationToken) =>
        PackageName.TryParse(package, null, out var name)
            ? await rights.RefuseAsync(name, caller, cancellationToken) ?? await PageAsync(request, name.Value, attempts, cancellationToken)
            : NotAName(package);

    private static async Task<JsonAnswer> ShowAsync(
        string package, string id, Caller caller, AttemptRights rights, ReadAttempts attempts, CancellationToken cancellationToken)
    {
        var (row, refused) = await FindAsync(package, id, caller, rights, attempts, cancellationToken);
        return row is null ? refused! : JsonAnswer.Ok(await ShownAsync(row, attempts, cancellationToken));
    }

    private static async Task<JsonAnswer> MakePolicyAsync(
        string package, string id, bool? preview, HttpContext context, Caller caller, AttemptRights rights, ReadAttempts attempts, PolicyFromAttempt make,
        SecondFactorGate gate, CancellationToken cancellationToken)
    {
        var (row, refused) = await FindAsync(package, id, caller, rights, attempts, cancellationToken);
        if (row is not null && preview != true
            && await gate.RefuseAsync(context, caller, AttemptDrafts.ActOf(row), cancellationToken) is { } asked)
        {
            return asked;
        }
        return row is not null && caller is Caller.Member member
            ? (await make.RunAsync(row, member, preview ?? false, cancellationToken)).ToAnswer()
            : refused!;
    }

    private static async Task<JsonAnswer> LinesAsync(HttpContext context, ReadAttempts attempts, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }
        var body = json as JsonObject ?? [];
        if (!AttemptFilter.TryRead(body.Text, out var filter, out var wrong))
        {
            return NpmError.BadRequest(wrong);
        }
        var package = NonEmpty(body.Text("package"));
        var rows = await attempts.NewestAsync(filter with { Package = package }, cancellationToken);
        return JsonAnswer.Ok(new JsonObject
        {
            ["lines"] = rows.Count == 0
                ? new JsonArray($"Nothing was exchanged for {package ?? "any name"} lately.")
                : new JsonArray([.. rows.SelectMany(AttemptAnswers.Lines).Select(line => JsonValue.Create(line))]),
        });
    }

    private static async Task<JsonAnswer> PageAsync(HttpRequest request, string? package, ReadAttempts attempts, CancellationToken cancellationToken)
    {
        if (!AttemptFilter.TryRead(word => request.Query[word], out var filter, out var problem))
        {
            return NpmError.BadRequest(problem);
        }
        var rows = await attempts.NewestAsync(filter with { Package = package }, cancellationToken);
        var shown = new JsonArray();
        foreach (var row in rows)
        {
            shown.Add(await ShownAsync(row, attempts, cancellationToken));
        }
        return JsonAnswer.Ok(new JsonObject { ["attempts"] = shown, ["next"] = rows.Count < filter.Limit ? null : rows[^1].Id });
    }

    private static async Task<JsonObject> ShownAsync(ExchangeAttemptRow row, ReadAttempts attempts, CancellationToken cancellationToken) =>
        AttemptAnswers.Of(row, (await attempts.RecallAsync(row, cancellationToken)).Claims);

    private static async Task<(ExchangeAttemptRow? Row, JsonAnswer? Refused)> FindAsync(
        string package, string id, Caller caller, AttemptRights rights, ReadAttempts attempts, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name))
        {
            return (null, NotAName(package));
        }
        if (await rights.RefuseAsync(name, caller, cancellationToken) is { } refused)
        {
            return (null, refused);
        }
        var row = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? await attempts.FindAsync(name.Value, number, cancellationToken)
            : null;
        return row is null ? (null, ReadAttempts.NotFound(name, id).ToAnswer()) : (row, null);
    }

    private static JsonAnswer NotAName(string package) => NpmError.BadRequest($"'{package}' is not a package name.", "invalid-name");

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
