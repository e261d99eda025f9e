using System.Formats.Tar;
using System.Text;
using Assay.Server.Data;
using Assay.Server.Operations;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Operations;

/// <summary>Files that are no backup, or that somebody made to look like one.</summary>
public sealed class HostileArchiveTests
{
    public static TheoryData<string> Names =>
    [
        "../escape", "/etc/passwd", "keys/../../escape", "keys/a/b", "keys/.hidden", "keys/", "blobs/..", "blobs/abc", $"blobs/{new string('A', 128)}",
        "providers/../escape", "providers/a//b", "providers/a/b/c/d/e/f", "other.txt", "restored.json", "lock", "keys\\a", "registry.db/x", "",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_name_that_no_backup_has_is_refused_and_nothing_is_written_outside(string name)
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder.In("a.tar"), [("backup.json", Description()), (name, "x")]);

        var refused = await Assert.ThrowsAsync<StartRefused>(() => Operator.UnpackAsync(folder.In("a.tar"), folder.In("restored")));

        Assert.Contains("is not the header of anything that a backup has", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["a.tar", "restored"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
        Assert.DoesNotContain(Directory.EnumerateFiles(folder.In("restored"), "*", SearchOption.AllDirectories), file => Path.GetFileName(file) is "escape" or "passwd");
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Directory)]
    [InlineData(TarEntryType.CharacterDevice)]
    public async Task Links_folders_and_devices_are_refused(TarEntryType type)
    {
        using var folder = new TemporaryFolder();
        await using (var file = File.Create(folder.In("a.tar")))
        {
            file.Write(ArchiveHeader.Of("backup.json", Description().Length));
            file.Write(Encoding.ASCII.GetBytes(Description()));
            file.Write(new byte[ArchiveHeader.PaddingAfter(Description().Length)]);
            await using var tar = new TarWriter(file, TarEntryFormat.Ustar);
            var entry = new UstarTarEntry(type, "keys/a");
            if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
            {
                entry.LinkName = "/etc/passwd";
            }
            await tar.WriteEntryAsync(entry, TestContext.Current.CancellationToken);
        }

        var refused = await Assert.ThrowsAsync<StartRefused>(() => Operator.UnpackAsync(folder.In("a.tar"), folder.In("restored")));

        Assert.Contains("is not the header of anything that a backup has", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"format":2}""", "format 2")]
    [InlineData("""{"format":1}""", "lacks what a backup says of itself")]
    [InlineData("[]", "cannot be read")]
    [InlineData("{", "cannot be read")]
    public async Task A_description_that_this_Assay_does_not_read_is_told(string description, string why)
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder.In("a.tar"), [("backup.json", description)]);

        var refused = await Assert.ThrowsAsync<StartRefused>(() => Operator.UnpackAsync(folder.In("a.tar"), folder.In("restored")));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_of_a_newer_Assay_is_left_to_that_one()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder.In("a.tar"), [("backup.json", Description("29990101000000_Later"))]);

        var refused = await Assert.ThrowsAsync<StartRefused>(() => Operator.UnpackAsync(folder.In("a.tar"), folder.In("restored")));

        Assert.Contains("made by a newer Assay", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_other_file_and_none_at_all_are_refused()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("a.tar"), new string('x', 5000), TestContext.Current.CancellationToken);

        var other = await Assert.ThrowsAsync<StartRefused>(() => Operator.UnpackAsync(folder.In("a.tar"), folder.In("restored")));
        var none = await Assert.ThrowsAsync<StartRefused>(() => Operator.UnpackAsync(folder.In("b.tar"), folder.In("restored")));

        Assert.Contains($"{folder.In("a.tar")} is not a whole backup", other.Message, StringComparison.Ordinal);
        Assert.Contains("b.tar", none.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", 0)]
    [InlineData("registry.db", (1L << 33) - 1)]
    [InlineData("registry.db", 1L << 33)]
    [InlineData("registry.db", 5_000_000_000_000)]
    [InlineData("providers/0123456789012345678901234567890123456789/0123456789012345678901234567890123456789/0123456789012345678901234567890123456789.json", 1L << 34)]
    public void Large_sizes_and_long_names_are_read_as_they_were_written_here_and_by_any_tar(string name, long size)
    {
        var header = ArchiveHeader.Of(name, size);

        Assert.True(ArchiveHeader.TryRead(header, out var read, out var length));
        Assert.Equal((name, size), (read, length));
        using var reader = new TarReader(new MemoryStream([.. header, .. new byte[1024]]));
        if (size == 0)
        {
            Assert.Equal(name, reader.GetNextEntry()!.Name);
        }
    }

    private static string Description(string migration = "x") =>
        $$"""{"format":1,"createdAt":"2026-01-01T00:00:00.000Z","migrations":["{{migration}}"],"database":"00","log":{"origin":"a","size":1,"root":"x"},"checkpoint":"x"}"""
            .Replace("[\"x\"]", "[]", StringComparison.Ordinal);

    private static async Task WriteAsync(string path, IEnumerable<(string Name, string Content)> entries)
    {
        await using var file = File.Create(path);
        foreach (var (name, content) in entries)
        {
            file.Write(ArchiveHeader.Of(name, content.Length));
            file.Write(Encoding.ASCII.GetBytes(content));
            file.Write(new byte[ArchiveHeader.PaddingAfter(content.Length)]);
        }
        file.Write(new byte[1024]);
    }
}
