using System.Text.RegularExpressions;

namespace Assay.Server.Tests.Import;

public sealed partial class ImportPageTests
{
    [Fact]
    public async Task The_page_names_every_reason_for_which_something_is_not_imported()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "import.md"));

        var codes = Directory.EnumerateFiles(Path.Combine(Root(), "src", "Assay.Server", "Import"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Code().Matches(File.ReadAllText(file))).Select(match => match.Groups["code"].Value).ToHashSet();

        // A pattern that has stopped finding anything would prove nothing.
        Assert.Superset(new HashSet<string> { "integrity-mismatch", "other-host", "bad-tag", "invalid-name", "bad-version" }, codes);
        Assert.DoesNotContain(codes, code => !page.Contains($"`{code}`", StringComparison.Ordinal));
    }

    [GeneratedRegex("""(?:SourceFailure\(|Refused\(|Refuse\(|new Refusal\((?:""|subject),)\s*"(?<code>[a-z]+(?:-[a-z]+)*)",""")]
    private static partial Regex Code();

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
