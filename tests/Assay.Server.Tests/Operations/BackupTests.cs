using System.Formats.Tar;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Assay.Server.Data;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Operations;

/// <summary>One file with all of a registry, written while it goes on.</summary>
public sealed class BackupTests(PostgresCluster postgres)
{
    [Fact]
    public async Task Beside_a_server_the_command_writes_a_file_that_only_its_owner_reads()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.In("data"));
        await PublishedAsync(app);

        var ended = await ServerProgram.RunAsync(["backup", folder.In("a.tar"), "--data", folder.In("data")]);

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Contains("and 3 blobs", ended.Output, StringComparison.Ordinal);
        Assert.Contains("private keys", ended.Output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.In("a.tar")));
        Assert.False(File.Exists(folder.In("a.tar.part")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.In("data/staging")));
        var record = await app.ReadAsync(db => db.AuditEvents.SingleAsync(row => row.Action == "registry.backed-up"));
        Assert.Equal(("operator", folder.In("a.tar")), (record.Actor, record.Subject));
    }

    [Fact]
    public async Task Without_a_server_the_command_does_the_same()
    {
        using var folder = new TemporaryFolder();
        await using (var app = await RegistryApp.StartAsync(dataDirectory: folder.In("data")))
        {
            await PublishedAsync(app);
        }

        var ended = await ServerProgram.RunAsync(["backup", folder.In("a.tar"), "--data", folder.In("data")]);

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Contains("and 3 blobs", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_an_ordinary_tar_with_the_digest_of_each_entry_and_blobs_in_their_order()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.In("data"));
        await File.WriteAllTextAsync(folder.In("data/assay.json"), """{ "Assay": {} }""", TestContext.Current.CancellationToken);
        await PublishedAsync(app);

        var entries = await EntriesAsync(await app.BackedUpAsync(folder));

        Assert.Equal(["backup.json", "registry.db", "assay.json"], entries.Take(3).Select(entry => entry.Name));
        Assert.Equal(5, entries.Count(entry => entry.Name.StartsWith("keys/", StringComparison.Ordinal)));
        var blobs = entries.Where(entry => entry.Name.StartsWith("blobs/", StringComparison.Ordinal)).ToList();
        Assert.Equal(blobs.Select(blob => "blobs/" + Convert.ToHexStringLower(SHA512.HashData(blob.Bytes))), blobs.Select(blob => blob.Name));
        Assert.Equal(blobs.Select(blob => blob.Name).Order(StringComparer.Ordinal), blobs.Select(blob => blob.Name));
        var list = string.Concat(entries.SkipLast(1).Select(entry => $"{Convert.ToHexStringLower(SHA256.HashData(entry.Bytes))}  {entry.Name}\n"));
        Assert.Equal(("digests.txt", list), (entries[^1].Name, Encoding.ASCII.GetString(entries[^1].Bytes)));
    }

    [Fact]
    public async Task What_is_there_is_never_overwritten()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync();
        await File.WriteAllTextAsync(folder.In("a.tar"), "precious", TestContext.Current.CancellationToken);

        var refused = await app.BackUpAsync(folder.In("a.tar"));

        Assert.Contains($"{folder.In("a.tar")} is there already", refused.Error, StringComparison.Ordinal);
        Assert.Equal("precious", await File.ReadAllTextAsync(folder.In("a.tar"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("nowhere/a.tar", "There is no directory")]
    [InlineData("", "is not a path of a file")]
    public async Task A_place_that_is_none_is_named(string name, string why)
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync();

        Assert.Contains(why, (await app.BackUpAsync(folder.In(name))).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blobs_that_are_missing_or_damaged_are_named_and_the_rest_is_backed_up()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.In("data"));
        await PublishedAsync(app);
        File.Delete(await BlobAsync(app, "1.0.0"));
        await FlipAsync(await BlobAsync(app, "1.1.0"));

        var ended = await ServerProgram.RunAsync(["backup", folder.In("a.tar"), "--data", folder.In("data")]);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("DAMAGED, and not in it: @acme/x@1.0.0: the blob", ended.Output, StringComparison.Ordinal);
        Assert.Contains("DAMAGED, and not in it: @acme/x@1.1.0: the blob", ended.Output, StringComparison.Ordinal);
        var unpacked = await Operator.UnpackAsync(folder.In("a.tar"), folder.In("restored"));
        Assert.Equal(1, unpacked.Blobs);
        Assert.Equal(["@acme/x@1.0.0", "@acme/x@1.1.0"], unpacked.Missing.Order());
        var restored = await ServerProgram.RunAsync(["restore", folder.In("a.tar"), "--data", folder.In("again")]);
        Assert.Equal(1, restored.ExitCode);
        Assert.Contains($"Next: ./run --data {folder.In("again")}", restored.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_or_row_that_cannot_be_read_is_named_and_the_rest_is_backed_up()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync();
        await PublishedAsync(app);
        var blob = await BlobAsync(app, "1.0.0");
        File.Delete(blob);
        Directory.CreateDirectory(blob);
        Directory.Delete(Path.GetDirectoryName(await BlobAsync(app, "1.1.0"))!, recursive: true);
        await using (var db = app.Services.GetRequiredService<RegistryDbSource>().OpenForWriting())
        {
            await db.Versions.Where(row => row.Version == "1.2.0").ExecuteUpdateAsync(set => set.SetProperty(row => row.Sha512, new byte[] { 1 }));
        }

        var outcome = await app.BackUpAsync(folder.In("a.tar"));

        Assert.True(outcome is { Fails: true, Error: null }, outcome.Error);
        Assert.Contains(outcome.Lines, line => line.StartsWith("DAMAGED, and not in it: @acme/x@1.0.0: the blob", StringComparison.Ordinal));
        Assert.Contains(outcome.Lines, line => line.StartsWith("DAMAGED, and not in it: @acme/x@1.1.0: the blob", StringComparison.Ordinal));
        Assert.Contains(outcome.Lines, line => line.StartsWith("DAMAGED, and not in it: @acme/x@1.2.0: the database says 01", StringComparison.Ordinal));
        Assert.Equal(["@acme/x@1.0.0", "@acme/x@1.1.0", "@acme/x@1.2.0"], (await Operator.UnpackAsync(folder.In("a.tar"), folder.In("restored"))).Missing.Order());
    }

    [Fact]
    public async Task The_file_of_a_key_in_use_or_a_provider_that_is_not_in_it_fails_the_command_and_the_rest_is_backed_up()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.In("data"));
        await PublishedAsync(app);
        var key = Directory.EnumerateFiles(folder.In("data/keys")).Order(StringComparer.Ordinal).First();
        File.Delete(key);
        Directory.CreateDirectory(folder.In("data/providers"));
        await File.WriteAllTextAsync(folder.In("data/providers/my forge.json"), "{}", TestContext.Current.CancellationToken);

        var ended = await ServerProgram.RunAsync(["backup", folder.In("a.tar"), "--data", folder.In("data")]);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains($"MISSING, and not in it: {key}", ended.Output, StringComparison.Ordinal);
        Assert.Contains($"MISSING, and not in it: {folder.In("data/providers/my forge.json")}", ended.Output, StringComparison.Ordinal);
        Assert.Equal(3, (await Operator.UnpackAsync(folder.In("a.tar"), folder.In("restored"))).Blobs);
    }

    [Fact]
    public async Task A_file_that_a_setting_names_is_said_not_to_be_in_it()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.In("data"));
        await File.WriteAllTextAsync(folder.In("data/npm.token"), "secret", TestContext.Current.CancellationToken);
        await using var app = await RegistryApp.StartAsync(
            ["--Assay:Upstream:Registries:npm:Url=https://registry.npmjs.org/", "--Assay:Upstream:Registries:npm:TokenFile=npm.token"], folder.In("data"));

        var outcome = await app.BackUpAsync(folder.In("a.tar"));

        Assert.False(outcome.Fails);
        Assert.Contains($"Not in it: {folder.In("data/npm.token")}: Assay:Upstream:Registries:npm:TokenFile names it; keep it yourself", outcome.Lines);
    }

    [Fact]
    public async Task An_unpublished_version_keeps_its_row_and_not_its_bytes()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync();
        var alice = await PublishedAsync(app);
        await UnpublishAsync(app, alice);

        var entries = await EntriesAsync(await app.BackedUpAsync(folder));

        Assert.Equal(1, entries.Count(entry => entry.Name.StartsWith("blobs/", StringComparison.Ordinal)));
    }

    // The first cuts lie in the database, the next behind it and among the blobs, the last in the list of digests and the end.
    [Theory]
    [InlineData(0.1, false)]
    [InlineData(0.3, false)]
    [InlineData(0.9, true)]
    [InlineData(0.95, true)]
    [InlineData(0.99, true)]
    [InlineData(0.9999, true)]
    public async Task An_interrupted_one_goes_on_with_the_database_that_it_began_with(double cut, bool isGoneOnWith)
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync();
        var alice = await PublishedAsync(app, ballast: 100_000);
        var whole = await File.ReadAllBytesAsync(await app.BackedUpAsync(folder), TestContext.Current.CancellationToken);
        await PartAsync(folder.In("b.tar.part"), whole[..(int)(whole.Length * cut)]);
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "2.0.0"));

        var outcome = await app.BackUpAsync(folder.In("b.tar"));

        Assert.Equal((null, false), (outcome.Error, outcome.Fails));
        Assert.Equal(isGoneOnWith, outcome.Lines[0].Contains("an earlier run began it", StringComparison.Ordinal));
        var written = await File.ReadAllBytesAsync(folder.In("b.tar"), TestContext.Current.CancellationToken);
        Assert.Equal(isGoneOnWith, whole.AsSpan().SequenceEqual(written));
        Assert.Equal(isGoneOnWith ? 3 : 4, (await Operator.UnpackAsync(folder.In("b.tar"), folder.In("restored"))).Blobs);
    }

    [Fact]
    public async Task What_an_interrupted_one_skipped_is_looked_at_again()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync();
        await PublishedAsync(app, ballast: 100_000);
        var first = Directory.EnumerateFiles(Path.Combine(app.DataDirectory, "blobs"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        var good = await File.ReadAllBytesAsync(first, TestContext.Current.CancellationToken);
        await FlipAsync(first);
        await app.BackUpAsync(folder.In("a.tar"));
        foreach (var name in new[] { "b", "c" })
        {
            File.Copy(folder.In("a.tar"), folder.In($"{name}.tar.part"));
            await using var part = File.OpenWrite(folder.In($"{name}.tar.part"));
            part.SetLength((long)(part.Length * 0.97));
        }

        var stillDamaged = await app.BackUpAsync(folder.In("b.tar"));
        await File.WriteAllBytesAsync(first, good, TestContext.Current.CancellationToken);
        var repaired = await app.BackUpAsync(folder.In("c.tar"));

        Assert.All([stillDamaged, repaired], outcome => Assert.Contains("an earlier run began it", outcome.Lines[0], StringComparison.Ordinal));
        Assert.Equal((true, false), (stillDamaged.Fails, repaired.Fails));
        Assert.Single(stillDamaged.Lines, line => line.StartsWith("DAMAGED, and not in it: ", StringComparison.Ordinal));
        Assert.Equal((3, 0), await Operator.UnpackAsync(folder.In("c.tar"), folder.In("restored")) is var unpacked ? ((int)unpacked.Blobs, unpacked.Missing.Count) : default);
    }

    [Fact]
    public async Task A_link_or_a_file_that_others_may_read_is_not_gone_on_with()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync();
        await File.WriteAllTextAsync(folder.In("open.tar.part"), "", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(folder.In("open.tar.part"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        File.CreateSymbolicLink(folder.In("link.tar.part"), folder.In("elsewhere"));

        var (open, link) = (await app.BackUpAsync(folder.In("open.tar")), await app.BackUpAsync(folder.In("link.tar")));

        Assert.StartsWith($"{folder.In("open.tar.part")} has not the mode 0600", open.Error, StringComparison.Ordinal);
        Assert.StartsWith($"{folder.In("link.tar.part")} is not a file of its own", link.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.In("elsewhere")));
    }

    [Fact]
    public async Task What_was_damaged_of_an_interrupted_one_is_written_anew()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync();
        await PublishedAsync(app, ballast: 100_000);
        var whole = await File.ReadAllBytesAsync(await app.BackedUpAsync(folder), TestContext.Current.CancellationToken);
        var part = whole[..(int)(whole.Length * 0.98)];
        part[(int)(whole.Length * 0.92)] ^= 1;
        await PartAsync(folder.In("b.tar.part"), part);

        await app.BackedUpAsync(folder, "b.tar");

        Assert.Equal(whole, await File.ReadAllBytesAsync(folder.In("b.tar"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_interrupted_one_of_another_registry_or_any_other_file_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync();
        await using var other = await RegistryApp.StartAsync();
        File.Move(await other.BackedUpAsync(folder), folder.In("b.tar.part"));
        await PartAsync(folder.In("c.tar.part"), "precious"u8.ToArray());
        var before = await File.ReadAllBytesAsync(folder.In("b.tar.part"), TestContext.Current.CancellationToken);

        var (others, any) = (await app.BackUpAsync(folder.In("b.tar")), await app.BackUpAsync(folder.In("c.tar")));

        Assert.Contains("is not an unfinished backup of this registry", others.Error, StringComparison.Ordinal);
        Assert.Contains("is not an unfinished backup of this registry", any.Error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(folder.In("b.tar.part"), TestContext.Current.CancellationToken));
        Assert.Equal("precious", await File.ReadAllTextAsync(folder.In("c.tar.part"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task While_others_publish_it_is_of_one_moment_and_has_all_that_was_acknowledged_before()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var acknowledged = 0;
        var publishing = Task.WhenAll(Enumerable.Range(0, 60).Select(async number =>
        {
            await app.PublishedAsync(alice, new TestPackage($"p{number}", "1.0.0"));
            Interlocked.Increment(ref acknowledged);
        }));
        await Eventually.HoldsAsync(() => Volatile.Read(ref acknowledged) >= 10);

        var before = Volatile.Read(ref acknowledged);
        var file = await app.BackedUpAsync(folder);
        await publishing;

        var unpacked = await Operator.UnpackAsync(file, folder.In("restored"));
        Assert.InRange(unpacked.Blobs, before, 60);
        Assert.Empty(unpacked.Missing);
    }

    [Fact]
    public async Task A_registry_on_PostgreSql_is_told_what_to_do_instead()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync(
            ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await postgres.CreateMigratedAsync()}"]);

        var refused = await app.BackUpAsync(folder.In("a.tar"));

        Assert.Contains("pg_dump", refused.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    internal static async Task<string> PublishedAsync(RegistryApp app, int ballast = 0)
    {
        var alice = await app.SignedInAsync("alice");
        foreach (var version in new[] { "1.0.0", "1.1.0", "1.2.0" })
        {
            var noise = ("package/ballast.bin", Convert.ToBase64String(RandomNumberGenerator.GetBytes(ballast)));
            await app.PublishedAsync(alice, new TestPackage("@acme/x", version) { Files = [("package/index.js", version), noise] });
        }
        return alice;
    }

    internal static async Task<string> BlobAsync(RegistryApp app, string version)
    {
        var digest = Convert.ToHexStringLower(await app.ReadAsync(db => db.Versions.Where(row => row.Version == version).Select(row => row.Sha512).SingleAsync()));
        return Path.Combine(app.DataDirectory, "blobs", digest[..2], digest);
    }

    internal static async Task FlipAsync(string file)
    {
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
    }

    private static async Task PartAsync(string file, byte[] bytes)
    {
        await File.WriteAllBytesAsync(file, bytes);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static async Task UnpublishAsync(RegistryApp app, string token)
    {
        var document = await app.PackumentAsync(token, "@acme/x");
        document["versions"]!.AsObject().Remove("1.0.0");
        document["versions"]!.AsObject().Remove("1.1.0");
        using var answer = await app.PutAsync($"/@acme%2fx/-rev/{document["_rev"]}", token, document);
        await answer.ShouldBeAsync(HttpStatusCode.OK);
    }

    private static async Task<List<(string Name, byte[] Bytes)>> EntriesAsync(string file)
    {
        List<(string Name, byte[] Bytes)> entries = [];
        await using var stream = File.OpenRead(file);
        await using var reader = new TarReader(stream);
        while (await reader.GetNextEntryAsync(copyData: true) is { } entry)
        {
            Assert.Equal((TarEntryType.RegularFile, UnixFileMode.UserRead | UnixFileMode.UserWrite), (entry.EntryType, entry.Mode));
            var bytes = new MemoryStream();
            await (entry.DataStream ?? Stream.Null).CopyToAsync(bytes);
            entries.Add((entry.Name, bytes.ToArray()));
        }
        return entries;
    }
}
