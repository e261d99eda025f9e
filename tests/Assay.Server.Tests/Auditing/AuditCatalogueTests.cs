using System.Text.RegularExpressions;
using Assay.Server.Audit;
using Assay.Server.Data.Rows;

namespace Assay.Server.Tests.Auditing;

/// <summary>The catalogue of events is held against the source and against the page.</summary>
public sealed partial class AuditCatalogueTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void Every_event_that_is_recorded_is_in_the_catalogue_and_the_other_way_round()
    {
        var recorded = Recorded();

        Assert.Equal(recorded.Order(StringComparer.Ordinal), AuditEvents.All.Select(each => each.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_event_has_its_row_on_the_page()
    {
        var page = File.ReadAllLines(Path.Combine(Root, "docs", "audit.md"));

        Assert.All(AuditEvents.All, each => Assert.Single(page, line => line.StartsWith($"| `{each.Name}` | {each.Words} |", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("version.published", "@acme/x@1.0.0", "@acme/x", "1.0.0")]
    [InlineData("version.published", "x@1.0.0", "x", "1.0.0")]
    [InlineData("package.imported", "@acme/x", "@acme/x", null)]
    [InlineData("policy.created", "@acme/x 8f2a", "@acme/x", null)]
    [InlineData("policy.created", "@acme/* 8f2a", "@acme/*", null)]
    [InlineData("freeze.added", "everything in @acme", null, null)]
    [InlineData("issuer.added", "github", null, null)]
    [InlineData("report.made", "@acme/x #7 other", "@acme/x", null)]
    [InlineData("report.made", "@acme/x@1.0.0 #7 other", "@acme/x", "1.0.0")]
    [InlineData("report.made", "#7 malware @acme/x", null, null)]
    [InlineData("of.a-newer-version", "@acme/x", null, null)]
    public void The_package_is_read_from_the_subject(string name, string subject, string? package, string? version) =>
        Assert.Equal((package, version), AuditEvents.Of(name).NamedBy(subject));

    /// <summary>The names as they stand in the source: in the call, or as a constant or argument in the files of the same folder where the call has a variable.</summary>
    private static HashSet<string> Recorded()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Sources())
        {
            var text = File.ReadAllText(file);
            foreach (var action in RecordCall().Matches(text).Select(call => call.Groups["action"].Value))
            {
                var names = EventName().Matches(action).Select(match => match.Groups[1].Value).ToList();
                if (action.StartsWith("$\"upstream.", StringComparison.Ordinal))
                {
                    names = [$"upstream.{UpstreamRulingRow.Quarantine}", $"upstream.{UpstreamRulingRow.Release}"];
                }
                else if (names.Count == 0)
                {
                    names = [.. Directory.EnumerateFiles(Path.GetDirectoryName(file)!, "*.cs")
                        .SelectMany(beside => EventName().Matches(WithoutCalls(File.ReadAllText(beside))))
                        .Select(match => match.Groups[1].Value)];
                    Assert.True(names.Count > 0, $"{file} records something that this test does not understand: {action}");
                }
                found.UnionWith(names);
            }
        }
        // A whole set is recorded by a statement.
        found.UnionWith(["version.quarantined", "version.released"]);
        Assert.Contains("version.published", found);
        return found;
    }

    private static string WithoutCalls(string text) => RecordCall().Replace(text, "");

    private static IEnumerable<string> Sources() => Directory.EnumerateFiles(Path.Combine(Root, "src", "Assay.Server"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Intersect(["Migrations", "bin", "obj", "CallerAudit.cs"]).Any());

    [GeneratedRegex("""\b(?:commit|inside)\.Record\((?:new Actor\([^)]*\)|[^,]+),\s*(?<action>[^,]+?),""")]
    private static partial Regex RecordCall();

    [GeneratedRegex(""""
        (?<![A-Za-z$])"([a-z]+(?:-[a-z]+)*\.(?!json"|db"|pem"|txt"|part")[a-z]+(?:-[a-z]+)*)"
        """", RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex EventName();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Assay.slnx")))
        {
            folder = folder.Parent;
        }
        return folder.FullName;
    }
}
