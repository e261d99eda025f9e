using Assay.Trust.Linting.Files;

namespace Assay.Trust.Linting.Systems;

/// <summary>Workflow files of GitHub Actions, Forgejo Actions and Depot CI.</summary>
internal static class ActionsLinter
{
    public static void Run(LintReport report, LintedFile file, LintTarget target)
    {
        var workflow = file.First;
        var dialect = ActionsDialect.Of(target.Provider);
        CheckPath(report, file, target, dialect);
        if (workflow["jobs"] is not { IsMap: true } jobs)
        {
            report.Error("not-a-workflow", "file", "The file has no jobs, so it is not a workflow.", "Lint the workflow file itself.");
            return;
        }
        new ActionsTriggers(workflow).Check(report, target);
        IReadOnlyList<ActionsJob> all = [.. jobs.Members.Select(job => new ActionsJob(job.Key, job.Value, workflow))];
        if (!all.Any(job => job.Publishes || job.Callee is not null))
        {
            SharedChecks.NothingPublishes(report);
        }
        foreach (var job in Publishing(all, dialect))
        {
            ActionsJobChecks.Run(report, job, target, dialect);
        }
    }

    // A job whose steps publish; or else one that may, by what it calls or by its permission; or else the only one.
    private static IReadOnlyList<ActionsJob> Publishing(IReadOnlyList<ActionsJob> jobs, ActionsDialect dialect)
    {
        IReadOnlyList<ActionsJob>[] guesses =
        [
            [.. jobs.Where(job => job.Publishes)],
            [.. jobs.Where(job => job.Callee is not null)],
            [.. jobs.Where(job => dialect.Switch is null && job.MayAskForTokens)],
            jobs.Count == 1 ? jobs : [],
        ];
        return guesses.FirstOrDefault(guess => guess.Count > 0) ?? [];
    }

    private static void CheckPath(LintReport report, LintedFile file, LintTarget target, ActionsDialect dialect)
    {
        var directory = dialect.Directories.FirstOrDefault(directory => file.Path.StartsWith(directory, StringComparison.Ordinal));
        if (directory is null || file.Path[directory.Length..].Contains('/'))
        {
            report.Error(
                "workflow-mismatch", "file", $"{LintReport.Quote(file.Path)} is not where workflows are looked for.",
                $"Put it directly into {string.Join(" or ", dialect.Directories)}");
            return;
        }
        if (target.Field("workflow") is not [var wanted, ..])
        {
            return;
        }
        var actual = wanted.Contains('/') ? file.Path : file.Path[directory.Length..];
        if (actual != wanted)
        {
            report.Error(
                "workflow-mismatch", "file",
                $"The policy wants the workflow {LintReport.Quote(wanted)}; this is {LintReport.Quote(actual)}. Letters' case counts.",
                "Rename the file, lint the right one, or have the owner change the policy.");
        }
    }
}
