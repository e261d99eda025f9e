using Assay.Cli.Output;

namespace Assay.Cli.Verifying;

/// <summary>A report for people.</summary>
internal static class ReportText
{
    private const string Limits = "This says who signed what. It does not say that the code is safe.";

    public static void Write(TextWriter output, VerificationReport report, bool details)
    {
        foreach (var trouble in report.Troubles)
        {
            output.WriteLine($"{Word(trouble.Outcome)}: {Lines(trouble.Text)}");
        }
        foreach (var package in report.Packages.Where(package => details || !package.IsGood))
        {
            Write(output, package);
        }
        Summarise(output, report);
    }

    private static void Write(TextWriter output, PackageReport package)
    {
        output.WriteLine($"{PlainText.Of($"{package.Subject}")}  {Word(package.Outcome)}");
        foreach (var finding in package.Findings)
        {
            output.WriteLine($"  {Mark(finding.Outcome)} {finding.Check,-12} {Lines(finding.Text)}");
        }
        foreach (var origin in package.Origins)
        {
            Write(output, origin, package.PassedOnFrom ?? "the registry");
        }
        output.WriteLine();
    }

    private static void Write(TextWriter output, AttestedOrigin origin, string registry)
    {
        var signer = origin.RegistryKey is { } key ? $"signed by {registry} ({key})" : $"signed by a CI run through Sigstore ({origin.Issuer})";
        output.WriteLine($"    {PlainText.Of(origin.PredicateType)}");
        output.WriteLine($"      {PlainText.Of(signer)}, entry {origin.LogIndex} of {PlainText.Of(origin.Log)}");
        foreach (var (name, value) in new[] { ("source", origin.Source), ("commit", origin.Commit), ("workflow", origin.Workflow), ("run", origin.Run) })
        {
            if (value is not null)
            {
                output.WriteLine($"      {name,-9} {PlainText.Of(value)}");
            }
        }
    }

    private static void Summarise(TextWriter output, VerificationReport report)
    {
        var packages = report.Packages;
        var withProvenance = packages.Count(package => package.Origins.Any(origin => origin.SaysWhereFrom));
        output.WriteLine(
            $"{packages.Count(package => package.IsGood)} of {packages.Count} versions verified, {withProvenance} with provenance; "
            + $"{packages.Count(package => package.Outcome is Outcome.Refuted)} refuted, {packages.Count(package => package.Outcome is Outcome.NotAsked)} could not be asked; "
            + $"{report.OfOthers} of other registries, not checked.");
        foreach (var passedOn in packages.Where(package => package.IsGood).GroupBy(package => package.PassedOnFrom).Where(group => group.Key is not null))
        {
            output.WriteLine($"{passedOn.Count()} of them passed on from {PlainText.Of(passedOn.Key!)}: signed there, not published here, and so not in this registry's log.");
        }
        foreach (var head in report.Heads)
        {
            output.WriteLine($"Log of {PlainText.Of(head.Origin)}: {head.Size} leaves, root {head.Root}; one history with what was seen before.");
        }
        output.WriteLine(Limits);
    }

    // A contradicted checkpoint has lines, which are its evidence.
    private static string Lines(string text) => string.Join('\n', text.Split('\n').Select(PlainText.Of));

    private static string Word(Outcome outcome) => outcome switch
    {
        Outcome.Refuted => "NOT VERIFIED",
        Outcome.NotAsked => "could not be asked",
        _ => "verified",
    };

    private static string Mark(Outcome outcome) => outcome switch
    {
        Outcome.Verified => "+",
        Outcome.Absent => "-",
        Outcome.NotAsked => "?",
        _ => "X",
    };
}
