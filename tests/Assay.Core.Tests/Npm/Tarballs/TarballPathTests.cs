using System.Text;
using Assay.Npm;

namespace Assay.Core.Tests.Npm;

public sealed class TarballPathTests
{
    [Theory]
    [InlineData("package/../../etc/passwd")]
    [InlineData("package/..")]
    [InlineData("../package/x")]
    public Task Refuses_a_tarball_whose_path_escapes(string path) => RefusesAsync("path-escapes", path);

    [Fact]
    public Task Refuses_an_absolute_path() => RefusesAsync("absolute-path", "/package/x");

    [Fact]
    public Task Refuses_a_backslash() => RefusesAsync("path-backslash", "package/..\\x");

    [Theory]
    [InlineData("package/C:/x")]
    [InlineData("c:x")]
    [InlineData("package/d:")]
    public Task Refuses_a_drive_letter(string path) => RefusesAsync("path-drive-letter", path);

    [Theory]
    [InlineData("package//x")]
    [InlineData("./package/x")]
    [InlineData("package/./x")]
    public Task Refuses_a_path_that_readers_would_spell_differently(string path) => RefusesAsync("path-not-plain", path);

    [Fact]
    public Task Refuses_a_nul_in_a_path() =>
        Tarballs.RefuseAsync("path-control-character", TarBuilder.Valid().Pax("path", "package/x\0.js").File("package/x").Tgz());

    [Fact]
    public Task Refuses_a_control_character() => RefusesAsync("path-control-character", "package/x\u001b[2J");

    [Fact]
    public Task Refuses_a_path_that_is_not_utf8() =>
        Tarballs.RefuseAsync("path-encoding", TarBuilder.Valid().Entry("package/x", '0', []).Raw(HeaderWithByte(0xFF)).Tgz());

    [Fact]
    public async Task Refuses_one_segment_too_many()
    {
        await RefusesAsync("path-too-deep", "package/" + string.Join('/', Enumerable.Repeat("d", 32)));
        await Tarballs.AcceptAsync(TarBuilder.Valid().File("package/" + string.Join('/', Enumerable.Repeat("d", 31))).Tgz());
    }

    [Fact]
    public async Task Refuses_one_byte_too_many()
    {
        var longest = "package/" + new string('n', 1024 - 8);

        await Tarballs.AcceptAsync(TarBuilder.Valid().Pax("path", longest).File("package/x").Tgz());
        await Tarballs.RefuseAsync("path-too-long", TarBuilder.Valid().Pax("path", longest + "n").File("package/x").Tgz());
    }

    [Theory]
    [InlineData("other/x")]
    [InlineData("x.js")]
    [InlineData("Package/x")]
    public Task Refuses_a_file_outside_the_top_directory(string path) => RefusesAsync("outside-top-directory", path);

    [Fact]
    public async Task Refuses_the_same_path_twice()
    {
        var problem = await Tarballs.RefuseAsync("duplicate-entry", TarBuilder.Valid().File("package/a/b").File("package/a/b").Tgz());

        Assert.Contains("\"package/a/b\"", problem.Text, StringComparison.Ordinal);
        await Tarballs.RefuseAsync("duplicate-entry", TarBuilder.Valid().File("package/a").LongName("package/a").File("package/b").Tgz());
        await Tarballs.AcceptAsync(TarBuilder.Valid().File("package/a").File("package/A").Tgz());
    }

    [Theory]
    [InlineData('1')]
    [InlineData('2')]
    [InlineData('3')]
    [InlineData('4')]
    [InlineData('6')]
    [InlineData('7')]
    [InlineData('K')]
    [InlineData('S')]
    public async Task Refuses_what_is_neither_file_nor_directory(char type)
    {
        var problem = await Tarballs.RefuseAsync("entry-type", TarBuilder.Valid().Link("package/odd", type).Tgz());

        Assert.Contains("\"package/odd\"", problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public Task Refuses_a_directory_with_contents() =>
        Tarballs.RefuseAsync("directory-with-contents", TarBuilder.Valid().File("package/lib/", "hidden").Tgz());

    [Fact]
    public async Task Refuses_too_many_entries_and_too_many_paths()
    {
        var tgz = TarBuilder.Valid().File("package/a").File("package/b").Tgz();

        await Tarballs.AcceptAsync(tgz, new TarballLimits { MaxEntries = 3, MaxTotalPathLength = 14 });
        await Tarballs.RefuseAsync("too-many-entries", tgz, new TarballLimits { MaxEntries = 2 });
        await Tarballs.RefuseAsync("paths-too-long", tgz, new TarballLimits { MaxTotalPathLength = 13 });
    }

    private static async Task RefusesAsync(string code, string path)
    {
        var problem = await Tarballs.RefuseAsync(code, TarBuilder.Valid().File(path, "x").Tgz());
        Assert.DoesNotContain(problem.Text, char.IsControl);
    }

    private static byte[] HeaderWithByte(byte odd)
    {
        var tar = new TarBuilder().File("package/?").Tar()[..512];
        tar[8] = odd;
        var sum = tar.Where((_, at) => at is < 148 or >= 156).Sum(value => value) + (8 * ' ');
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0')).CopyTo(tar, 148);
        return tar;
    }
}
