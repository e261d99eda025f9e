using System.Text.RegularExpressions;

namespace Assay.Server.Tests.TrustedPublishing.Field;

/// <summary>What trusted publishing can and cannot do elsewhere, row by row, and that it is so here as <c>docs/field.md</c> says.</summary>
public sealed partial class FieldTests(FieldWorld field) : IClassFixture<FieldWorld>
{
    private const int LastRow = 64;

    private static readonly IReadOnlyList<FieldRow> Proved =
        [.. FieldProviders.Rows, .. FieldTokens.Rows, .. FieldBinding.Rows, .. FieldCredential.Rows];

    private static readonly IReadOnlyList<Match> Page =
        [.. File.ReadAllLines(Path.Combine(Root(), "docs", "field.md")).Select(line => PageRow().Match(line)).Where(row => row.Success)];

    public static TheoryData<int> Rows
    {
        get
        {
            var rows = new TheoryData<int>();
            foreach (var row in Proved)
            {
                rows.Add(new TheoryDataRow<int>(row.Number) { TestDisplayName = $"{row.Number} {row.Name}" });
            }
            return rows;
        }
    }

    public static TheoryData<int> Numbers => [.. Enumerable.Range(1, LastRow)];

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Stands_as_the_page_says(int number) => Proved.Single(row => row.Number == number).ProveAsync(field);

    [Theory]
    [MemberData(nameof(Numbers))]
    public void The_page_has_the_row_once_and_it_is_proved_or_says_why_not(int number)
    {
        var row = Assert.Single(Page, row => row.Groups["number"].Value == $"{number}");
        var proof = Proved.SingleOrDefault(proved => proved.Number == number);

        if (proof is null)
        {
            Assert.Matches("^no: .{20,}$", row.Groups["proved"].Value);
        }
        else
        {
            Assert.Equal(proof.Name, row.Groups["name"].Value);
            Assert.Equal("yes", row.Groups["proved"].Value);
        }
    }

    [Fact]
    public void The_page_has_no_other_rows() => Assert.Equal(LastRow, Page.Count);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Assay.slnx")))
        {
            folder = folder.Parent;
        }
        return folder.FullName;
    }

    [GeneratedRegex(@"^\| (?<number>[0-9]+) \| (?<name>[^|]+) \| (?<stands>[^|]+) \| (?<proved>[^|]+) \|$")]
    private static partial Regex PageRow();
}
