using Assay.Cli.Logs;
using Assay.Cli.Output;
using Assay.Cli.Registry;
using Assay.Provenance.Log.Notes;

namespace Assay.Cli.Verifying;

/// <summary>What a whole run found.</summary>
/// <param name="Packages">In the order of the questions.</param>
/// <param name="OfOthers">Packages that come from elsewhere and were not looked at.</param>
/// <param name="Heads">The newest signed tree head of each log.</param>
/// <param name="Troubles">What concerns a registry as a whole.</param>
internal sealed record VerificationReport(
    IReadOnlyList<PackageReport> Packages, int OfOthers, IReadOnlyList<TreeHead> Heads, IReadOnlyList<Finding> Troubles)
{
    /// <summary>Packages of other registries are a failure only where somebody asked for all.</summary>
    public ExitCode ExitCode(bool all)
    {
        var worst = Packages.Select(package => package.Outcome).Concat(Troubles.Select(trouble => trouble.Outcome)).DefaultIfEmpty(Outcome.Absent).Max();
        return worst is Outcome.Refuted || all && OfOthers > 0 ? Output.ExitCode.Refuted
            : worst is Outcome.NotAsked ? Output.ExitCode.NotAsked
            : Output.ExitCode.Good;
    }
}

/// <summary>Verifies many versions, registry by registry.</summary>
internal sealed class VerificationRun(
    Func<RegistryUrl, LogSource> sourceOf, ReaderTrust trust, Requirements requirements, int concurrency)
{
    private readonly List<TreeHead> heads = [];
    private readonly List<Finding> troubles = [];

    public async Task<VerificationReport> RunAsync(Questions questions, ProgressLine progress, CancellationToken cancellationToken)
    {
        var reports = new PackageReport?[questions.All.Count];
        foreach (var group in questions.All.Select((question, place) => (question, place)).GroupBy(pair => pair.question.Registry))
        {
            try
            {
                await VerifyAsync(group.Key, [.. group], reports, progress, cancellationToken);
            }
            catch (RegistryUnavailable unavailable)
            {
                troubles.Add(Finding.NotAsked("registry", unavailable.Message));
            }
            catch (Exception exception) when (exception is LogRefuted or AnswerRefused)
            {
                troubles.Add(Finding.Refuted(Finding.Log, exception.Message));
            }
        }
        var astray = questions.Strays.Where(stray => requirements.Ours.Has(stray.Subject.Name)).Select(Astray);
        return new VerificationReport(
            [.. questions.All.Select((question, place) => reports[place] ?? NotReached(question)), .. astray], questions.Strays.Count + questions.Unnamed, heads, troubles);
    }

    private async Task VerifyAsync(
        RegistryUrl registry, IReadOnlyList<(Question Question, int Place)> questions, PackageReport?[] reports, ProgressLine progress,
        CancellationToken cancellationToken)
    {
        var source = sourceOf(registry);
        using var client = source.Registry;
        using var session = await RegistrySession.OpenAsync(source, trust, cancellationToken);
        var verification = new PackageVerification(session, requirements);
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(questions, options, async (pair, stop) =>
        {
            reports[pair.Place] = await verification.RunAsync(pair.Question.Subject, stop);
            progress.Advance();
        });
        if (session.Log is { } log)
        {
            await log.RememberAsync(read: null, cancellationToken);
            heads.Add(log.Newest.Head);
        }
    }

    private static PackageReport Astray(Stray stray) => new(
        stray.Subject,
        [Finding.Refuted(Finding.Required, $"it is to be the registry's own, and {stray.Subject.Target} takes it from {stray.From?.AbsoluteUri ?? "another registry"}")],
        []);

    private static PackageReport NotReached(Question question) =>
        new(question.Subject, [Finding.NotAsked("registry", "not looked at: see the registry's trouble")], []);
}
