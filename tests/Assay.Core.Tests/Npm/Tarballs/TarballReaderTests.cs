using Assay.Npm;

namespace Assay.Core.Tests.Npm;

public sealed class TarballReaderTests
{
    [Fact]
    public async Task Reports_what_is_in_a_package()
    {
        var tgz = new TarBuilder()
            .File("package/lib/index.js", "module.exports = 1\n")
            .File("package/package.json", """{"name":"x","version":"1.0.0","odd":{"kept":[1.50,null]}}""")
            .File("package/readme.md", "# x\n")
            .File("package/docs/README.md", "not this one")
            .File("package/npm-shrinkwrap.json", "{}")
            .File("package/binding.gyp", "{}")
            .Tgz();

        var contents = await Tarballs.AcceptAsync(tgz);

        Assert.Equal("""{"name":"x","version":"1.0.0","odd":{"kept":[1.50,null]}}""", contents.PackageJson.ToJsonString());
        Assert.Equal(("# x\n", "readme.md"), (contents.Readme, contents.ReadmeFilename));
        Assert.True(contents.HasShrinkwrap);
        Assert.True(contents.HasBindingGyp);
        Assert.Equal(6, contents.FileCount);
        Assert.Equal(19 + 57 + 4 + 12 + 2 + 2, contents.UnpackedSize);
        Assert.Equal(new TarballFile("lib/index.js", 19), contents.Files[0]);
    }

    [Fact]
    public async Task Says_when_a_package_has_nothing_special()
    {
        var contents = await Tarballs.AcceptAsync(TarBuilder.Valid().Tgz());

        Assert.Null(contents.Readme);
        Assert.Null(contents.ReadmeFilename);
        Assert.False(contents.HasShrinkwrap);
        Assert.False(contents.HasBindingGyp);
    }

    [Fact]
    public async Task Takes_any_top_directory_and_directory_entries()
    {
        var tgz = new TarBuilder()
            .Entry("x-1.0.0/", '5', [])
            .File("x-1.0.0/package.json", TarBuilder.PackageJson)
            .Entry("x-1.0.0/lib", '5', [])
            .File("x-1.0.0/lib/a.js", "1")
            .Tgz();

        var contents = await Tarballs.AcceptAsync(tgz);

        Assert.Equal(["package.json", "lib/a.js"], contents.Files.Select(file => file.Path));
    }

    [Fact]
    public async Task Reads_long_names_in_all_their_forms()
    {
        var name = new string('n', 120) + "é.js";
        var tgz = TarBuilder.Valid()
            .Pax("path", $"package/pax/{name}").Pax("mtime", "0", 'g').File("package/short")
            .LongName($"package/gnu/{name}").File("package/short")
            .Entry("index.js", '0', [], prefix: "package/ustar")
            .Tgz();

        var contents = await Tarballs.AcceptAsync(tgz);

        Assert.Equal(["package.json", $"pax/{name}", $"gnu/{name}", "ustar/index.js"], contents.Files.Select(file => file.Path));
    }

    [Theory]
    [InlineData("README", "readme.txt", "README")]
    [InlineData("README", "Readme.markdown", "Readme.markdown")]
    [InlineData("README.txt", "README.md", "README.md")]
    [InlineData("README.md", "README", "README.md")]
    [InlineData("README.rst", "readme-old.md", "README.rst")]
    public async Task Prefers_the_readme_that_npm_prefers(string first, string second, string chosen)
    {
        var contents = await Tarballs.AcceptAsync(TarBuilder.Valid().File($"package/{first}", first).File($"package/{second}", second).Tgz());

        Assert.Equal((chosen, chosen), (contents.ReadmeFilename, contents.Readme));
    }

    [Theory]
    [InlineData("abcé", 4, "abc")]
    [InlineData("abcé", 5, "abcé")]
    [InlineData("a😀b", 4, "a")]
    [InlineData("a😀b", 5, "a😀")]
    [InlineData("\uFEFFab", 64, "ab")]
    public async Task Cuts_a_long_readme_between_characters(string readme, int size, string kept)
    {
        var tgz = TarBuilder.Valid().File("package/README.md", readme).Tgz();

        var contents = await Tarballs.AcceptAsync(tgz, new TarballLimits { MaxReadmeSize = size });

        Assert.Equal(kept, contents.Readme);
    }

    [Fact]
    public async Task Reads_a_stream_that_trickles()
    {
        var tgz = TarBuilder.Valid().File("package/a.bin", Noise(70_000)).Tgz();

        var reading = await TarballReader.ReadAsync(
            new TrickleStream(tgz, 1), TarballLimits.Default, TestContext.Current.CancellationToken);

        Assert.Equal(2, Assert.IsType<TarballReading.Accepted>(reading).Contents.FileCount);
    }

    [Fact]
    public async Task Accepts_honest_packages_of_every_size_around_its_buffers()
    {
        for (var size = 32_700; size < 32_850; size += 3)
        {
            var contents = await Tarballs.AcceptAsync(TarBuilder.Valid().File("package/a.bin", Noise(size)).Tgz());
            Assert.Equal(size, contents.Files[1].Size);
        }
    }

    [Fact]
    public async Task Keeps_its_memory_flat_over_a_large_package()
    {
        var tgz = TarBuilder.Valid().File("package/a.bin", Noise(30 << 20)).Tgz();
        await Tarballs.AcceptAsync(tgz);

        // Streams in memory complete at once, so that all of it happens on this thread and other tests do not count.
        var before = GC.GetAllocatedBytesForCurrentThread();
        await Tarballs.AcceptAsync(tgz);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    internal static byte[] Noise(int size)
    {
        var noise = new byte[size];
        new Random(size).NextBytes(noise);
        return noise;
    }
}
