using Assay.Trust.Refusals;

namespace Assay.Core.Tests.Trust;

/// <summary><c>docs/refusals.md</c> is where a notice sends its reader.</summary>
public sealed class RefusalsPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "refusals.md"));

    public static TheoryData<string> Codes => [.. RefusalCodes.Meanings.Keys];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_code_is_explained(string code) => Assert.Contains($"`{code}`", Page, StringComparison.Ordinal);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Assay.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run inside a checkout of Assay.");
        }
        return folder.FullName;
    }
}
