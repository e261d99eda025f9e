using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Packages;

namespace Assay.Server.Upstream.Advisories;

/// <summary>
/// Asks each upstream registry about the names that are its own. When one of them does not answer, nothing is said at all: half an answer would look like a clean
/// one.
/// </summary>
internal sealed class RelayedAdvisories(UpstreamRoutes routes, UpstreamClient client) : IAdvisorySource
{
    private const int LongestAnswer = 32 * 1024 * 1024;

    public AdvisoriesFrom From => AdvisoriesFrom.Upstream;

    public async Task<AdvisoryAnswer> AskAsync(AuditRequest asked, CancellationToken cancellationToken)
    {
        if (routes.All.Count == 0)
        {
            return AskAdvisories.NotOffered;
        }
        var (found, byRegistry) = (new JsonObject(), asked.Packages.GroupBy(package => RouteOf(package.Key)).ToList());
        foreach (var group in byRegistry.Where(group => group.Key is not null))
        {
            var (known, unknown) = await AskAsync(group.Key!, group, cancellationToken);
            if (unknown is not null)
            {
                return unknown;
            }
            foreach (var (name, advisories) in known!)
            {
                found[name] = advisories?.DeepClone();
            }
        }
        var nobodys = byRegistry.Where(group => group.Key is null).Sum(group => group.Count());
        return new AdvisoryAnswer.Known(found)
        {
            Notice = nobodys == 0 ? null : $"{nobodys} of the packages belong to no registry that this one asks: whether they are vulnerable is not known.",
        };
    }

    private UpstreamRegistry? RouteOf(string name) => PackageName.TryParse(name, null, out var parsed) ? routes.For(parsed) : null;

    private async Task<(JsonObject? Known, AdvisoryAnswer.Unknown? Unknown)> AskAsync(
        UpstreamRegistry registry, IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> packages, CancellationToken cancellationToken)
    {
        var json = new JsonObject(packages.Select(package => KeyValuePair.Create<string, JsonNode?>(package.Key, new JsonArray([.. package.Value.Select(version => JsonValue.Create(version))]))));
        switch (await client.PostAsync(registry, new Uri(registry.Url, "-/npm/v1/security/advisories/bulk"), Encoding.UTF8.GetBytes(json.ToJsonString()), cancellationToken))
        {
            case UpstreamAnswer.Body body:
                using (body)
                {
                    return await ReadAsync(registry, body.Response, cancellationToken);
                }
            case UpstreamAnswer.Missing:
                return (null, AskAdvisories.NotOffered);
            case UpstreamAnswer.Failed failed:
                return (null, Failed(failed.Reason));
            default:
                return (null, Failed($"{registry} answered 304 to a first question"));
        }
    }

    private async Task<(JsonObject? Known, AdvisoryAnswer.Unknown? Unknown)> ReadAsync(UpstreamRegistry registry, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        try
        {
            await client.CopyAsync(response, LongestAnswer, UpstreamClient.ShortPatience, async (piece, stop) => await bytes.WriteAsync(piece, stop), cancellationToken);
            return StrictJson.Parse(bytes.ToArray()) is JsonObject known ? (known, null) : (null, Failed($"{registry} sent no advisories"));
        }
        catch (UpstreamBroken broken)
        {
            return (null, Failed($"{registry} {broken.Message}"));
        }
        catch (JsonException)
        {
            return (null, Failed($"{registry} sent no advisories"));
        }
    }

    private static AdvisoryAnswer.Unknown Failed(string reason) => new(new Denial(
        StatusCodes.Status502BadGateway, "upstream-failed", $"Whether these packages are vulnerable is not known: {reason}. Try again later."));
}
