using System.Text.Json.Nodes;
using Assay.Server.Packages;
using Assay.Trust.Refusals;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream.Advisories;

/// <summary>
/// Says which of the packages that somebody has are known to be vulnerable. It never says "none" for want of knowledge, and never tells anybody else which
/// packages are this registry's own.
/// </summary>
internal sealed class AskAdvisories(IEnumerable<IAdvisorySource> sources, OwnedNames owned, IOptions<AdvisoriesOptions> options)
{
    public const string NotOfferedCode = "advisories-not-offered";

    public static AdvisoryAnswer.Unknown NotOffered { get; } = new(new Denial(
        StatusCodes.Status404NotFound,
        NotOfferedCode,
        "This registry knows no security advisories, so it cannot say that packages are free of them. Run the audit against a registry that does, or ask the operator to import some: ./run admin advisories import."));

    public async Task<AdvisoryAnswer> RunAsync(AuditRequest asked, CancellationToken cancellationToken)
    {
        if (options.Value.Source is AdvisoriesFrom.Imported)
        {
            return await AskAsync(AdvisoriesFrom.Imported, asked, cancellationToken);
        }
        var ours = await owned.AmongAsync(asked.Packages.Keys, cancellationToken);
        var theirs = await RelayAsync(asked.Of(name => !ours.Contains(name)), cancellationToken);
        return theirs is AdvisoryAnswer.Known known && ours.Count > 0
            ? With(known, await AskAsync(AdvisoriesFrom.Imported, asked.Of(ours.Contains), cancellationToken), ours.Count)
            : theirs;
    }

    private async Task<AdvisoryAnswer> RelayAsync(AuditRequest asked, CancellationToken cancellationToken)
    {
        if (asked.IsEmpty && sources.Any(source => source.From is AdvisoriesFrom.Upstream))
        {
            return new AdvisoryAnswer.Known([]);
        }
        var answer = await AskAsync(AdvisoriesFrom.Upstream, asked, cancellationToken);
        // Of what it was not asked about, an upstream has nothing to say: our own names least of all.
        return answer is AdvisoryAnswer.Known known
            ? known with { Packages = Copy(known.Packages.Where(package => asked.Packages.ContainsKey(package.Key))) }
            : answer;
    }

    private Task<AdvisoryAnswer> AskAsync(AdvisoriesFrom from, AuditRequest asked, CancellationToken cancellationToken) =>
        sources.FirstOrDefault(source => source.From == from)?.AskAsync(asked, cancellationToken) ?? Task.FromResult<AdvisoryAnswer>(NotOffered);

    private static AdvisoryAnswer.Known With(AdvisoryAnswer.Known theirs, AdvisoryAnswer ours, int count)
    {
        if (ours is AdvisoryAnswer.Known known)
        {
            return new AdvisoryAnswer.Known(Copy(theirs.Packages.Concat(known.Packages))) { Notice = Join(theirs.Notice, known.Notice) };
        }
        var own = $"{count} of the packages are this registry's own. Nobody else is asked about them, and no fresh advisories were imported here: whether they are vulnerable is not known.";
        return theirs with { Notice = Join(theirs.Notice, own) };
    }

    private static string? Join(string? first, string? second) => string.Join(' ', new[] { first, second }.OfType<string>()) is { Length: > 0 } text
        ? Notice.From(text, Notice.DefaultLimit)
        : null;

    private static JsonObject Copy(IEnumerable<KeyValuePair<string, JsonNode?>> packages) =>
        new(packages.Select(package => new KeyValuePair<string, JsonNode?>(package.Key, package.Value?.DeepClone())));
}
