using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Where owners see what was presented and what differed.</summary>
internal static class AttemptEndpoints
{
    private const int Newest = 100;

    public static void MapAttempts(this IEndpointRouteBuilder app) =>
        app.MapGet("/-/assay/v1/package/{package}/attempts", ListAsync);

    public static void MapAdminAttempts(this IEndpointRouteBuilder admin) => admin.MapPost("/attempts", AdminListAsync);

    private static async Task<IResult> ListAsync(
        string package, Caller caller, RegistryDbSource source, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(package, null, out var name) || caller is not Caller.Member member)
        {
            return Denials.SignInNeeded(caller);
        }
        await using var db = source.Open();
        var (owned, denial) = await TrustConfigurations.OwnedAsync(db, name, member, cancellationToken);
        return owned is null
            ? denial!.ToAnswer()
            : JsonAnswer.Ok(new JsonObject { ["attempts"] = new JsonArray([.. (await NewestAsync(db, name.Value, cancellationToken)).Select(Shown)]) });
    }

    private static async Task<IResult> AdminListAsync(HttpContext context, RegistryDbSource source, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || (json as JsonObject)?.Text("package") is not { } package)
        {
            return problem ?? NpmError.BadRequest("Which package?");
        }
        await using var db = source.Open();
        var attempts = await NewestAsync(db, package, cancellationToken);
        return JsonAnswer.Ok(new JsonObject
        {
            ["lines"] = attempts.Count == 0
                ? new JsonArray($"Nothing was exchanged for {package} lately.")
                : new JsonArray([.. attempts.SelectMany(Lines).Select(line => JsonValue.Create(line))]),
        });
    }

    private static Task<List<ExchangeAttemptRow>> NewestAsync(RegistryDb db, string package, CancellationToken cancellationToken) =>
        db.ExchangeAttempts.Where(row => row.PackageName == package).OrderByDescending(row => row.Id).Take(Newest).ToListAsync(cancellationToken);

    private static JsonObject Shown(ExchangeAttemptRow row) => new()
    {
        ["at"] = row.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
        ["outcome"] = row.RefusalCode is null ? "granted" : "refused",
        ["code"] = row.RefusalCode,
        ["text"] = row.Text,
        ["issuer"] = row.Issuer,
        ["binding"] = row.BindingId,
        ["presented"] = row.Recital,
        ["policy"] = row.PolicyId,
        ["comparisons"] = JsonNode.Parse(row.Comparisons),
        ["address"] = row.Address,
    };

    private static IEnumerable<string> Lines(ExchangeAttemptRow row)
    {
        yield return $"{row.At:u}  {row.RefusalCode ?? "granted"}  from {row.Address}: {row.Recital}";
        foreach (var trial in (JsonNode.Parse(row.Comparisons) as JsonArray ?? []).OfType<JsonObject>())
        {
            yield return $"    policy {trial.Text("policy")}, identity {trial.Text("identity")}";
            foreach (var field in (trial["fields"] as JsonArray ?? []).OfType<JsonObject>())
            {
                yield return $"      {(field.Flag("matched") == true ? "ok " : "NO ")} {field.Text("field")}: expected {field.Text("expected")}, presented {field.Text("actual") ?? "nothing"}";
            }
        }
    }
}
