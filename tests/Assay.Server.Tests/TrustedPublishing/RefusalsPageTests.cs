using System.Text.RegularExpressions;
using Assay.Trust.Refusals;

namespace Assay.Server.Tests.TrustedPublishing;

public sealed partial class RefusalsPageTests
{
    private static readonly string[] Page = File.ReadAllLines(Path.Combine(Root(), "docs", "refusals.md"));

    public static TheoryData<string> Codes => [.. RefusalCodes.Meanings.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void The_page_has_one_row_for_each_code_of_an_exchange_or_publish(string code) =>
        Assert.Single(Page, line => line.StartsWith($"| `{code}` |", StringComparison.Ordinal));

    [Fact]
    public void The_page_names_every_code_that_the_server_answers_with()
    {
        var page = string.Join('\n', Page);

        var unnamed = ServerCodes().Where(code => !page.Contains($"`{code}`", StringComparison.Ordinal));

        Assert.Empty(unnamed);
    }

    /// <summary>The codes as they stand in the source: the second argument of a denial, or the last of an error.</summary>
    private static HashSet<string> ServerCodes()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Root(), "src", "Assay.Server"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Root(), file).Split(Path.DirectorySeparatorChar).Intersect(["Migrations", "bin", "obj"]).Any());
        var codes = sources.SelectMany(file => CodeArgument().Matches(File.ReadAllText(file))).Select(match => match.Groups["code"].Value).ToHashSet();
        // A pattern that has stopped finding anything would prove nothing.
        Assert.Contains("version-exists", codes);
        Assert.Contains("publish-token-only", codes);
        Assert.Contains("provenance-of-another-run", codes);
        Assert.InRange(codes.Count, 30, 250);
        return codes;
    }

    [GeneratedRegex("""
        Status[1-5][0-9]{2}\w+,\s*"(?<code>[a-z]+(?:-[a-z]+)*)"
        |(?:NpmError|new\ Denial)[^;]*?",\s*"(?<code>[a-z]+(?:-[a-z]+)+)"\)
        |string\ code\ =\ "(?<code>[a-z-]+)"
        |Code\ \{\ get;\ init;\ \}\ =\s*"(?<code>[a-z-]+)"
        |\bBad\("(?<code>[a-z-]+)"
        |\b(?:Of|Refuse)\(\s*"(?<code>provenance-[a-z-]+)"
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex CodeArgument();

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Assay.slnx")))
        {
            folder = folder.Parent;
        }
        return folder.FullName;
    }
}
