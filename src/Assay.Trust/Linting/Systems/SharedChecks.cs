using Assay.Trust.Linting.Files;

namespace Assay.Trust.Linting.Systems;

/// <summary>Questions that several CI systems' files are asked.</summary>
internal static class SharedChecks
{
    // Clients of their own version, and npm where the token was exchanged before.
    private static readonly string[] Others = ["pnpm", "yarn", "PUBLISH_TOKEN"];

    /// <summary>The job's environment against the policy's.</summary>
    public static void Environment(LintReport report, LintTarget target, string where, string? actual, StringComparison comparison, string example)
    {
        if (target.Field("environment") is not [var wanted, ..])
        {
            return;
        }
        if (actual is null or "")
        {
            report.Error(
                "environment-mismatch", where, $"The policy wants the environment {LintReport.Quote(wanted)}; the job has none.",
                $"Add to the job: {example}");
        }
        else if (actual.Contains('$'))
        {
            report.Warning(
                "environment-mismatch", where,
                $"The job's environment is the expression {LintReport.Quote(actual)}, so it may be another one than {LintReport.Quote(wanted)}.",
                $"Write the name out: {example}");
        }
        else if (!target.Field("environment").Any(name => name.Equals(actual, comparison)))
        {
            report.Error(
                "environment-mismatch", where, $"The job's environment is {LintReport.Quote(actual)}; the policy wants {LintReport.Quote(wanted)}.",
                $"Write: {example}, or have the owner change the policy.");
        }
    }

    /// <summary>Whether anything that starts the run has a ref that the policy's pattern can match.</summary>
    public static void Refs(LintReport report, LintTarget target, string where, IReadOnlyList<string> possible, string field = "ref")
    {
        var wanted = target.Field(field);
        if (wanted.Count > 0 && possible.Count > 0 && !wanted.Any(pattern => possible.Any(other => RefOverlap.Exists(pattern, other))))
        {
            report.Error(
                "ref-mismatch", where, $"The policy wants the ref {LintReport.Quote(wanted)}; this starts from {LintReport.Quote(possible)} only.",
                "Start it from such a ref, or have the owner change the policy.");
        }
    }

    /// <summary>No command asks for a token; a script that is run may.</summary>
    public static void NoTokenRequest(LintReport report, string where, Script script, string request, string fix) => report.Add(
        "id-token-missing",
        script.RunsAnotherFile ? LintSeverity.Warning : LintSeverity.Error,
        where,
        $"The job has no identity token: no command here {request}{(script.RunsAnotherFile ? "; a script that it runs may" : "")}.",
        fix);

    /// <summary>The audience that a token is asked for.</summary>
    public static void Audience(LintReport report, LintTarget target, string where, IReadOnlyList<string> asked, string fix)
    {
        foreach (var audience in asked.Where(audience => !audience.Contains('$') && !target.Audiences.Contains(audience, StringComparer.Ordinal)))
        {
            report.Error(
                "wrong-audience", where,
                $"The token is asked for the audience {LintReport.Quote(audience)}; this registry is {LintReport.Quote(target.Audiences[0])}.",
                fix);
        }
        if (asked.Count > 1)
        {
            report.Error(
                "wrong-audience", where, "The token is asked for several audiences; such a token is refused, because it is good elsewhere too.", fix);
        }
    }

    /// <summary>An image whose Node.js brings an npm that does not know the exchange.</summary>
    public static void Image(LintReport report, string where, string? image, PublishStep step)
    {
        if (image is not null && NodeVersion.ImageBringsOldNpm(image) && NeedsNewNpm(step.Script))
        {
            report.Error(
                "npm-too-old", where, $"The image {LintReport.Quote(image)} brings an npm without trusted publishing; it needs {NodeVersion.Needs}.",
                "Use node:24, or install npm first: npm install -g npm@11");
        }
    }

    /// <summary>Whether it is npm itself that has to exchange.</summary>
    public static bool NeedsNewNpm(Script script) =>
        !script.InstallsNpm && script.PublishLines.Any(line => !Others.Any(other => line.Contains(other, StringComparison.Ordinal)));

    /// <summary>No job in the file seems to publish.</summary>
    public static void NothingPublishes(LintReport report) =>
        report.Warning(
            "publish-not-found", "file", "No step in this file publishes, as far as its commands show; little could be looked at.",
            "Lint the file that has npm publish, or look into the scripts that it runs.");
}
