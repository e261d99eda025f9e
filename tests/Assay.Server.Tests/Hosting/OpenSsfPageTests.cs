using System.Text.RegularExpressions;

namespace Assay.Server.Tests.Hosting;

/// <summary>The page says which test shows what; a test that was renamed or taken out may not go on being named.</summary>
public sealed partial class OpenSsfPageTests
{
    private static readonly string Root = FindRoot();
    private static readonly string Page = File.ReadAllText(Path.Combine(Root, "docs", "openssf.md"));

    [Fact]
    public void Each_test_that_is_named_exists()
    {
        var written = Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);

        Assert.All(Named(), test => Assert.Contains(written[test.Class], text => text.Contains($" {test.Method}(", StringComparison.Ordinal)));
        Assert.InRange(Named().Count, 60, 200);
    }

    [Fact]
    public void Each_row_names_a_test_or_says_in_bold_what_is_not_done()
    {
        var rows = Page.Split('\n').Where(line => Row().IsMatch(line)).ToList();

        Assert.InRange(rows.Count, 45, 60);
        Assert.All(rows, row => Assert.True(Test().IsMatch(row) || row.Contains("**", StringComparison.Ordinal), row));
    }

    [Fact]
    public void The_disclosure_policy_says_what_researchers_need()
    {
        var policy = File.ReadAllText(Path.Combine(Root, "SECURITY.md"));

        foreach (var part in new[] { "Report a vulnerability", "three working days", "90 days", "Safe harbour", "we will not take legal steps", "In scope", "CVE" })
        {
            Assert.Contains(part, policy, StringComparison.Ordinal);
        }
    }

    private static List<(string Class, string Method)> Named() =>
        [.. Test().Matches(Page).Select(match => (match.Groups["class"].Value, match.Groups["method"].Value))];

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Assay.slnx")))
        {
            folder = folder.Parent;
        }
        return folder.FullName;
    }

    [GeneratedRegex(@"^\| \d+ \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<class>\w+Tests)\.(?<method>\w+)`")]
    private static partial Regex Test();
}
