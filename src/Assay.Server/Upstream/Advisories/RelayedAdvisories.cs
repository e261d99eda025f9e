using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Packages;
using Assay.Trust.Refusals;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream.Advisories;

/// <summary>
/// Asks each upstream registry about the names that are its own. When one of them does not answer, nothing is said at all: half an answer would look like a clean
/// one.
/// </summary>
internal sealed class RelayedAdvisories(UpstreamRoutes routes, UpstreamClient client, IOptions<UpstreamOptions> options) : IAdvisorySource
{
    private const int LongestAnswer = 32 * 1024 * 1024;

    public AdvisoriesFrom From => AdvisoriesFrom.Upstream;

    public async Task<AdvisoryAnswer> AskAsync(AuditRequest asked, CancellationToken cancellationToken)
    {
        if (asked.IsEmpty)
        {
            return new AdvisoryAnswer.Known([]);
        }
        if (routes.All.Count == 0)
        {
            return AskAdvisories.NotOffered;
        }
        if (options.Value.Offline)
        {
            return NotOffered("this registry works offline and asks nobody");
        }
        var (found, nobodys) = (new AdvisoryAnswer.Known([]), 0);
        foreach (var group in asked.Packages.GroupBy(package => RouteOf(package.Key)))
        {
            if (group.Key is not { } registry)
            {
                nobodys += group.Count();
                continue;
            }
            switch (await AskAsync(registry, Versions(group), cancellationToken))
            {
                case AdvisoryAnswer.Known known:
                    found.Take(known);
                    break;
                case var unknown:
                    return unknown;
            }
        }
        return found with
        {
            Notice = nobodys == 0 ? null : $"{nobodys} of the packages belong to no registry that this one asks: whether they are vulnerable is not known.",
        };
    }

    private UpstreamRegistry? RouteOf(string name) => PackageName.TryParse(name, out var parsed) ? routes.For(parsed) : null;

    /// <summary>What is no version is a path or an address of the asker's own, and nobody else's business.</summary>
    private static AuditRequest Versions(IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> packages) => new(packages
        .Select(package => (package.Key, Versions: package.Value.Where(version => SemanticVersion.TryParse(version, out _)).ToList()))
        .Where(package => package.Versions.Count > 0)
        .ToDictionary(package => package.Key, IReadOnlyList<string> (package) => package.Versions, StringComparer.Ordinal));

    private async Task<AdvisoryAnswer> AskAsync(UpstreamRegistry registry, AuditRequest asked, CancellationToken cancellationToken)
    {
        if (asked.IsEmpty)
        {
            return new AdvisoryAnswer.Known([]);
        }
        var question = JsonSerializer.SerializeToUtf8Bytes(asked.Packages);
        switch (await client.PostAsync(registry, new Uri(registry.Url, "-/npm/v1/security/advisories/bulk"), question, cancellationToken))
        {
            case UpstreamAnswer.Body body:
                using (body)
                {
                    return await ReadAsync(registry, asked, body.Response, cancellationToken);
                }
            case UpstreamAnswer.Missing:
                return NotOffered($"{registry} offers no security advisories");
            case UpstreamAnswer.Failed failed:
                return Failed(failed.Reason);
            default:
                return Failed($"{registry} answered nothing that can be used");
        }
    }

    private async Task<AdvisoryAnswer> ReadAsync(UpstreamRegistry registry, AuditRequest asked, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        try
        {
            await client.CopyAsync(response, LongestAnswer, UpstreamClient.ShortPatience, async (piece, stop) => await bytes.WriteAsync(piece, stop), cancellationToken);
            return StrictJson.Parse(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) is not JsonObject known ? Failed($"{registry} sent no advisories")
                : Problem(known, asked) is { } problem ? Failed($"{registry} {problem}")
                : new AdvisoryAnswer.Known(known);
        }
        catch (UpstreamBroken broken)
        {
            return Failed($"{registry} {broken.Message}");
        }
        catch (JsonException)
        {
            return Failed($"{registry} sent no advisories");
        }
    }

    /// <summary>
    /// Who speaks of other names has not answered this question: an error told with 200, say. And what clients cannot read, some of them take for nothing.
    /// </summary>
    private static string? Problem(JsonObject known, AuditRequest asked)
    {
        foreach (var (name, advisories) in known)
        {
            if (!asked.Packages.ContainsKey(name))
            {
                return $"answered about '{Printable.Value(name)}', which it was not asked about";
            }
            if (advisories is not JsonArray array || !array.All(advisory => (advisory as JsonObject)?.Text("vulnerable_versions") is not null))
            {
                return $"sent advisories of {Printable.Value(name)} that cannot be read";
            }
        }
        return null;
    }

    private static AdvisoryAnswer.Unknown NotOffered(string reason) => new(new Denial(
        StatusCodes.Status404NotFound, AskAdvisories.NotOfferedCode, $"Whether these packages are vulnerable is not known: {reason}."));

    private static AdvisoryAnswer.Unknown Failed(string reason)
    {
        var text = $"Whether these packages are vulnerable is not known: {reason.TrimEnd('.')}.";
        return new(new Denial(StatusCodes.Status502BadGateway, "upstream-failed", text) { Notice = Notice.From(text, Notice.DefaultLimit) });
    }
}
