using System.IO.Compression;
using System.Text;
using Assay.Npm;

namespace Assay.Core.Tests.Npm;

public sealed class TarballFormatTests
{
    private static readonly byte[] Valid = TarBuilder.Valid().File("package/a.bin", TarballReaderTests.Noise(20_000)).Tgz();

    [Theory]
    [InlineData("")]
    [InlineData("PK\u0003\u0004 not gzip at all")]
    [InlineData("\u001f")]
    public Task Refuses_what_is_not_gzip(string text) => Tarballs.RefuseAsync("not-gzip", Encoding.Latin1.GetBytes(text));

    [Fact]
    public Task Refuses_a_bare_tar() => Tarballs.RefuseAsync("not-gzip", TarBuilder.Valid().Tar());

    [Fact]
    public async Task Refuses_every_truncation()
    {
        var small = TarBuilder.Valid().Tgz();
        for (var length = 2; length < small.Length; length++)
        {
            var reading = await Tarballs.ReadAsync(small[..length]);
            var code = Assert.IsType<TarballReading.Refused>(reading).Problem.Code;
            Assert.Contains(code, (string[])["truncated", "bad-gzip", "not-gzip"]);
        }

        foreach (var missing in (int[])[1, 8, 9, 1000, 15_000])
            Assert.IsType<TarballReading.Refused>(await Tarballs.ReadAsync(Valid[..^missing]));
    }

    [Fact]
    public async Task Refuses_every_flipped_bit_of_the_data_and_its_checksum()
    {
        var small = TarBuilder.Valid().Tgz();
        for (var at = 10; at < small.Length; at++)
        {
            byte[] damaged = [.. small];
            damaged[at] ^= 0x10;
            Assert.IsType<TarballReading.Refused>(await Tarballs.ReadAsync(damaged));
        }
    }

    [Fact]
    public async Task Refuses_bytes_after_the_gzip_data()
    {
        foreach (var extra in (int[])[1, 7, 8, 9, 64, 9000])
            await RefusesAsync([.. Valid, .. new byte[extra]]);
        await RefusesAsync([.. Valid, .. Encoding.ASCII.GetBytes("#!/bin/sh\nrm -rf /\n")]);
    }

    [Fact]
    public Task Refuses_a_second_gzip_member() => RefusesAsync([.. Valid, .. TarBuilder.Valid().Tgz()]);

    [Fact]
    public async Task Accepts_the_optional_fields_of_a_gzip_header()
    {
        byte[] header = [.. Valid[..3], 0x1E, .. Valid[4..10], 3, 0, 1, 2, 3, .. "x.tar\0note\0"u8, 9, 9];

        await Tarballs.AcceptAsync([.. header, .. Valid[10..]]);
        await Tarballs.RefuseAsync("not-gzip", [.. Valid[..3], 0x20, .. Valid[4..]]);
    }

    [Fact]
    public async Task Refuses_a_tar_without_its_end()
    {
        var tar = TarBuilder.Valid().File("package/a", new string('a', 700)).Tar()[..^1024];

        await Tarballs.RefuseAsync("truncated", TarBuilder.Gzip(tar));
        await Tarballs.RefuseAsync("truncated", TarBuilder.Gzip(tar[..^100]));
        await Tarballs.RefuseAsync("truncated", TarBuilder.Gzip([.. tar, .. new byte[100]]));
    }

    [Fact]
    public async Task Refuses_an_entry_hidden_behind_the_end_of_the_tar()
    {
        var hidden = new TarBuilder().File("package/hidden.js", "1").Tar();

        await Tarballs.RefuseAsync("trailing-data", TarBuilder.Gzip([.. TarBuilder.Valid().Tar(), .. hidden]));
        await Tarballs.AcceptAsync(TarBuilder.Gzip([.. TarBuilder.Valid().Tar(), .. new byte[8192]]));
    }

    [Fact]
    public async Task Refuses_a_header_with_a_wrong_checksum()
    {
        var tar = TarBuilder.Valid().Tar();
        tar[0] = (byte)'q';

        await Tarballs.RefuseAsync("bad-tar", TarBuilder.Gzip(tar));
    }

    [Theory]
    [InlineData("linkpath")]
    [InlineData("type")]
    [InlineData("GNU.sparse.name")]
    public Task Refuses_an_extended_header_that_another_reader_might_obey(string key) =>
        Tarballs.RefuseAsync("extended-header", TarBuilder.Valid().Pax(key, "x").File("package/x").Tgz());

    [Fact]
    public async Task Refuses_two_sizes_two_names_and_a_global_name()
    {
        await Tarballs.AcceptAsync(TarBuilder.Valid().Pax("size", "2").File("package/x", "ab").Tgz());
        await Tarballs.RefuseAsync("extended-header", TarBuilder.Valid().Pax("size", "0").File("package/x", "ab").Tgz());
        await Tarballs.RefuseAsync(
            "extended-header", TarBuilder.Valid().Pax("path", "package/a").LongName("package/b").File("package/x").Tgz());
        await Tarballs.RefuseAsync("extended-header", TarBuilder.Valid().Pax("path", "package/a", 'g').File("package/x").Tgz());
    }

    [Theory]
    [InlineData("99 path=package/x\n")]
    [InlineData("x path=package/x\n")]
    [InlineData("17 path=package/x")]
    [InlineData("6 path\n")]
    [InlineData("-1 path=x\n")]
    [InlineData("0 path=x\n")]
    public Task Refuses_a_malformed_extended_header(string record) =>
        Tarballs.RefuseAsync("bad-tar", TarBuilder.Valid().Entry("PaxHeader", 'x', Encoding.ASCII.GetBytes(record)).File("package/x").Tgz());

    [Fact]
    public async Task Refuses_an_extended_header_without_an_entry_or_without_an_end()
    {
        await Tarballs.RefuseAsync("bad-tar", TarBuilder.Valid().Pax("path", "package/x").Tgz());
        await Tarballs.RefuseAsync("extended-header", TarBuilder.Valid().Entry("PaxHeader", 'x', [], size: 1L << 30).Tgz());
    }

    [Theory]
    [InlineData(1_100_000)]
    [InlineData(3_000_000)]
    [InlineData(40_000_000)]
    public Task Refuses_a_bomb_early(int size) => Tarballs.RefuseAsync("compression-ratio", Bomb(size));

    [Fact]
    public async Task Stops_reading_a_bomb_long_before_its_end()
    {
        var input = new MemoryStream(Bomb(100 << 20));

        await TarballReader.ReadAsync(input, TarballLimits.Default, TestContext.Current.CancellationToken);

        Assert.InRange(input.Position, 1, 64 << 10);
    }

    [Fact]
    public async Task Accepts_repetitive_but_honest_contents()
    {
        var rows = string.Concat(Enumerable.Range(0, 60_000).Select(row => $"  [{row}, {row * 7 % 1000}, \"generated\"],\n"));

        await Tarballs.AcceptAsync(TarBuilder.Valid().File("package/table.js", rows).Tgz());
    }

    [Fact]
    public async Task Refuses_more_than_the_unpacked_limit_whatever_it_is_made_of()
    {
        var limits = new TarballLimits { MaxUnpackedSize = 30_000 };

        await Tarballs.AcceptAsync(Valid, limits);
        await Tarballs.RefuseAsync("unpacked-too-large", TarBuilder.Valid().File("package/a", TarballReaderTests.Noise(30_000)).Tgz(), limits);
        await Tarballs.RefuseAsync("unpacked-too-large", TarBuilder.Gzip([.. TarBuilder.Valid().Tar(), .. new byte[60_000]]), limits);
    }

    private static Task<TarballProblem> RefusesAsync(byte[] tgz) => Tarballs.RefuseAsync("trailing-data", tgz);

    private static byte[] Bomb(int size)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.SmallestSize))
            gzip.Write(TarBuilder.Valid().File("package/zeros", new byte[size]).Tar());
        return output.ToArray();
    }
}
