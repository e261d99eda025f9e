using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;

namespace Assay.Server.Identity;

/// <summary>
/// Where secret scanners of code hosts report tokens that they found, in the shape of GitHub's programme. Nobody has to be known here, and a signature is not asked for:
/// whoever has a token may end it, and learns nothing but that it was one.
/// </summary>
internal static class LeakedTokens
{
    public static void MapLeakedTokens(this IEndpointRouteBuilder app) => app.MapPost("/-/assay/v1/leaked-tokens", ReportAsync);

    private static async Task<IResult> ReportAsync(
        HttpContext context, IEnumerable<ICredentialSource> sources, LeakLimits limits, CommitQueue commits, CancellationToken cancellationToken)
    {
        var address = Requester.AddressOf(context);
        if (limits.Take(address) is { } wait)
        {
            return NpmError.With(StatusCodes.Status429TooManyRequests, "too-many-reports", "Too many reports of leaked tokens came from your address.", retryAfter: wait);
        }
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || ReportedToken.ReadAll(json) is not { } reported)
        {
            return problem ?? NpmError.BadRequest(
                $"A report is a list of 1 to {ReportedToken.MostInOneReport} objects with a 'token', and with its 'type', 'url' and 'source' where they are known.", "invalid-report");
        }
        var ended = await EndAsync([.. sources], reported, new Actor("anonymous", address), commits, cancellationToken);
        return JsonAnswer.Ok(new JsonArray([.. reported.Select(one => Shown(one, ended.Contains(one.Hash)))]));
    }

    /// <summary>The hashes of those that were good. What nobody knows costs no write.</summary>
    private static async Task<HashSet<string>> EndAsync(
        IReadOnlyList<ICredentialSource> sources, IReadOnlyList<ReportedToken> reported, Actor reporter, CommitQueue commits, CancellationToken cancellationToken)
    {
        List<(ICredentialSource Source, ReportedToken Token)> known = [];
        foreach (var found in reported.Where(one => one.Token is not null).DistinctBy(one => one.Hash))
        {
            foreach (var source in sources)
            {
                if (await source.FindAsync(found.Token!.Hash, cancellationToken) is not null)
                {
                    known.Add((source, found));
                }
            }
        }
        return known.Count == 0 ? [] : await commits.RunAsync(async (commit, stop) =>
        {
            HashSet<string> ended = new(StringComparer.Ordinal);
            foreach (var (source, found) in known)
            {
                if (await source.EndLeakedAsync(commit, found.Token!.Hash, new Leak(reporter, found.Where), stop))
                {
                    ended.Add(found.Hash);
                }
            }
            return ended;
        }, cancellationToken);
    }

    private static JsonObject Shown(ReportedToken reported, bool wasGood) => new()
    {
        ["token_hash"] = reported.Hash,
        ["token_type"] = reported.Type,
        ["label"] = wasGood ? "true_positive" : "false_positive",
    };
}
