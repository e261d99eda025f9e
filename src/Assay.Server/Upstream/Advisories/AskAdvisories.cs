using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.Refusals;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream.Advisories;

/// <summary>
/// Says which of the packages that somebody has are known to be vulnerable. It never says "none" for want of knowledge, and never tells anybody else which
/// packages are this registry's own.
/// </summary>
internal sealed class AskAdvisories(IEnumerable<IAdvisorySource> sources, IssuedAdvisories issued, OwnedNames owned, IOptions<AdvisoriesOptions> options)
{
    public const string NotOfferedCode = "advisories-not-offered";

    public static AdvisoryAnswer.Unknown NotOffered { get; } = new(new Denial(
        StatusCodes.Status404NotFound,
        NotOfferedCode,
        "This registry knows no security advisories, so it cannot say that packages are free of them. Run the audit against a registry that does, "
        + "or ask the operator to import some: ./run admin advisories import."));

    /// <summary>What others know, and what this registry issued itself. Where nothing of others is known, the audit fails: our own alone would look like all there is.</summary>
    public async Task<AdvisoryAnswer> RunAsync(AuditRequest asked, Caller caller, CancellationToken cancellationToken)
    {
        var answer = await OfOthersAsync(asked, cancellationToken);
        if (answer is AdvisoryAnswer.Known known)
        {
            await issued.AddToAsync(known, asked, caller, cancellationToken);
        }
        return answer;
    }

    private async Task<AdvisoryAnswer> OfOthersAsync(AuditRequest asked, CancellationToken cancellationToken)
    {
        if (options.Value.Source is AdvisoriesFrom.Imported)
        {
            return await AskAsync(AdvisoriesFrom.Imported, asked, cancellationToken);
        }
        var ours = await owned.AmongAsync(asked.Packages.Keys, cancellationToken);
        var theirs = await AskAsync(AdvisoriesFrom.Upstream, asked.Of(name => !ours.Contains(name)), cancellationToken);
        return theirs is AdvisoryAnswer.Known known && ours.Count > 0
            ? With(known, await AskAsync(AdvisoriesFrom.Imported, asked.Of(ours.Contains), cancellationToken), ours.Count)
            : theirs;
    }

    private Task<AdvisoryAnswer> AskAsync(AdvisoriesFrom from, AuditRequest asked, CancellationToken cancellationToken) =>
        sources.First(source => source.From == from).AskAsync(asked, cancellationToken);

    private static AdvisoryAnswer.Known With(AdvisoryAnswer.Known theirs, AdvisoryAnswer ours, int count)
    {
        if (ours is not AdvisoryAnswer.Known known)
        {
            return theirs with { Notice = Join(theirs.Notice, NotKnown(count)) };
        }
        theirs.Take(known);
        return theirs with { Notice = Join(theirs.Notice, known.Notice) };
    }

    private static string NotKnown(int count) =>
        $"{count} of the packages are this registry's own. Nobody else is asked about them, and no fresh advisories were imported here: "
        + "whether they are vulnerable is not known.";

    private static string? Join(string? first, string? second) => string.Join(' ', new[] { first, second }.OfType<string>()) is { Length: > 0 } text
        ? Notice.From(text, Notice.DefaultLimit)
        : null;
}
