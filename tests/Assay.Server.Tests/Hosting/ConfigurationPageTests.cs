using System.Reflection;
using Assay.Server.Hosting;

namespace Assay.Server.Tests.Hosting;

public sealed class ConfigurationPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "configuration.md"));

    public static TheoryData<string> Keys =>
    [
        .. from type in typeof(ServerOptions).Assembly.GetTypes()
           let section = type.GetField("Section", BindingFlags.Public | BindingFlags.Static)
           where type.Name.EndsWith("Options", StringComparison.Ordinal) && section is not null
           from property in type.GetProperties().Where(property => property.CanWrite)
           select $"{section.GetRawConstantValue()}:{property.Name}",
    ];

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_page_has_a_row_for_each_key(string key) => Assert.Contains($"\n| `{key}` |", Page, StringComparison.Ordinal);

    [Fact]
    public void The_keys_are_found_at_all() => Assert.InRange(Keys.Count, 30, 200);

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
