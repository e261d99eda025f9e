using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Operations;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Transparency;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Operations;

/// <summary>A registry made of a backup: the same packages, no live token, and a log that does not say that nothing happened.</summary>
public sealed class RestoreTests
{
    [Fact]
    public async Task What_is_restored_elsewhere_is_served_byte_for_byte()
    {
        using var folder = new TemporaryFolder();
        Dictionary<string, byte[]> before;
        string file;
        await using (var app = await RegistryApp.StartAsync([Operator.SameAddress], folder.In("data")))
        {
            var alice = await BackupTests.PublishedAsync(app);
            before = await ServedAsync(app, alice);
            file = await app.BackedUpAsync(folder);
        }

        var output = await Operator.RestoredAsync(file, folder.In("restored"));

        Assert.Contains("3 blobs, each with its digest", output, StringComparison.Ordinal);
        await using var restored = await RegistryApp.StartAsync([Operator.SameAddress], folder.In("restored"));
        Assert.Equal(before, await ServedAsync(restored, await restored.SignedInAsync("bob")));
        Assert.False(File.Exists(PendingRestore.FileIn(folder.In("restored"))));
        Assert.Equal(1, await restored.ReadAsync(db => db.AuditEvents.CountAsync(row => row.Action == "registry.restored")));
    }

    [Fact]
    public async Task Every_token_ends_and_people_sign_in_again()
    {
        using var folder = new TemporaryFolder();
        string file, alice;
        await using (var app = await RegistryApp.StartAsync(dataDirectory: folder.In("data")))
        {
            alice = await BackupTests.PublishedAsync(app);
            using var login = await app.PostAsync("/-/v1/login", null, new JsonObject());
            file = await app.BackedUpAsync(folder);
        }

        var output = await Operator.RestoredAsync(file, folder.In("restored"));

        Assert.Contains("Ended: 1 access tokens, 0 tokens of CI runs, 1 pending logins", output, StringComparison.Ordinal);
        await using var restored = await RegistryApp.StartAsync(dataDirectory: folder.In("restored"));
        using var answer = await restored.GetAsync("/-/whoami", alice);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(0, await restored.ReadAsync(db => db.WebLogins.CountAsync()));
        await (await restored.PutAsync("/-/user/org.couchdb.user:alice", null, new JsonObject { ["name"] = "alice", ["password"] = RegistryApp.Password }))
            .ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_directory_that_is_not_empty_is_refused_and_named()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync();
        var file = await app.BackedUpAsync(folder);
        Directory.CreateDirectory(folder.In("full"));
        await File.WriteAllTextAsync(folder.In("full/precious.txt"), "precious", TestContext.Current.CancellationToken);

        var ended = await ServerProgram.RunAsync(["restore", file, "--data", folder.In("full")]);

        Assert.Equal(1, ended.ExitCode);
        Assert.Equal($"assay: The directory {folder.In("full")} is not empty: there is precious.txt. A restore needs an empty one; name another with --data.", ended.Error.Trim());
        Assert.Equal([folder.In("full/precious.txt")], Directory.EnumerateFileSystemEntries(folder.In("full")));
    }

    [Fact]
    public async Task A_folder_of_that_name_that_no_restore_made_is_refused_and_left_alone()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync();
        var file = await app.BackedUpAsync(folder);
        Directory.CreateDirectory(folder.In("full/restoring"));
        await File.WriteAllTextAsync(folder.In("full/restoring/precious.txt"), "precious", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.In("full/other.txt"), "precious", TestContext.Current.CancellationToken);

        var ended = await ServerProgram.RunAsync(["restore", file, "--data", folder.In("full")]);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("is not empty", ended.Error, StringComparison.Ordinal);
        Assert.Equal(
            [folder.In("full/other.txt"), folder.In("full/restoring/precious.txt")],
            Directory.EnumerateFiles(folder.In("full"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_flipped_byte_anywhere_is_found_and_its_entry_named()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync();
        await BackupTests.PublishedAsync(app);
        var whole = await File.ReadAllBytesAsync(await app.BackedUpAsync(folder), TestContext.Current.CancellationToken);
        var entries = await LayoutAsync(folder.In("a.tar"));
        int[] sampled = [.. entries.SelectMany(entry => new[] { entry.From + 130, (entry.From + entry.To) / 2, entry.To - 1 }), whole.Length - 1, whole.Length - 600];

        foreach (var at in sampled.Concat(Enumerable.Range(0, 20).Select(_ => RandomNumberGenerator.GetInt32(whole.Length))))
        {
            var flipped = whole.ToArray();
            flipped[at] ^= 0x21;
            await File.WriteAllBytesAsync(folder.In("b.tar"), flipped, TestContext.Current.CancellationToken);

            var refused = await Assert.ThrowsAsync<StartRefused>(() => Operator.UnpackAsync(folder.In("b.tar"), folder.In("restored")));

            Assert.True(Suspects(entries, at).Any(name => refused.Message.Contains(name, StringComparison.Ordinal)), $"byte {at}: {refused.Message}");
            Assert.Equal([folder.In("restored/lock")], Directory.EnumerateFileSystemEntries(folder.In("restored")));
        }
    }

    [Fact]
    public async Task A_file_that_was_cut_off_anywhere_or_goes_on_is_refused()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync();
        await BackupTests.PublishedAsync(app);
        var whole = await File.ReadAllBytesAsync(await app.BackedUpAsync(folder), TestContext.Current.CancellationToken);

        foreach (var length in Enumerable.Range(0, 10).Select(_ => RandomNumberGenerator.GetInt32(whole.Length)).Concat([0, whole.Length - 1, whole.Length - 1024]))
        {
            await File.WriteAllBytesAsync(folder.In("b.tar"), whole[..length], TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<StartRefused>(() => Operator.UnpackAsync(folder.In("b.tar"), folder.In("restored")));
        }
        await File.WriteAllBytesAsync(folder.In("b.tar"), [.. whole, 0], TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<StartRefused>(() => Operator.UnpackAsync(folder.In("b.tar"), folder.In("restored")));
        await File.WriteAllBytesAsync(folder.In("b.tar"), whole, TestContext.Current.CancellationToken);
        Assert.Equal(3, (await Operator.UnpackAsync(folder.In("b.tar"), folder.In("restored"))).Blobs);
    }

    [Fact]
    public async Task No_server_starts_on_an_interrupted_restore_and_the_same_command_begins_it_anew()
    {
        using var folder = new TemporaryFolder();
        string file;
        await using (var app = await RegistryApp.StartAsync(dataDirectory: folder.In("data")))
        {
            await BackupTests.PublishedAsync(app);
            file = await app.BackedUpAsync(folder);
        }
        // As one looks that was ended while it moved what it had unpacked.
        await Operator.UnpackAsync(file, folder.In("restored"));
        Directory.CreateDirectory(folder.In("restored/restoring"));
        await File.WriteAllBytesAsync(folder.In("restored/restoring/begun-by-assay"), [], TestContext.Current.CancellationToken);
        File.Move(folder.In("restored/registry.db"), folder.In("restored/restoring/registry.db"));

        var refused = await Assert.ThrowsAsync<StartRefused>(() => RegistryApp.StartAsync(dataDirectory: folder.In("restored")));

        Assert.Contains("was interrupted", refused.Message, StringComparison.Ordinal);
        await Operator.RestoredAsync(file, folder.In("restored"));
        await using var again = await RegistryApp.StartAsync(dataDirectory: folder.In("restored"));
        Assert.Equal(3, await again.ReadAsync(db => db.Versions.CountAsync()));
    }

    [Fact]
    public async Task What_was_unpacked_only_is_seen_to_by_the_first_start()
    {
        using var folder = new TemporaryFolder();
        string file, alice;
        await using (var app = await RegistryApp.StartAsync(dataDirectory: folder.In("data")))
        {
            alice = await BackupTests.PublishedAsync(app);
            file = await app.BackedUpAsync(folder);
        }
        await Operator.UnpackAsync(file, folder.In("restored"));

        await using var restored = await RegistryApp.StartAsync(dataDirectory: folder.In("restored"));

        using var answer = await restored.GetAsync("/-/whoami", alice);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.NotNull(await restored.ReadAsync(db => db.State.Select(row => row.RestoredAt).SingleAsync()));
        Assert.StartsWith("restored-", (await restored.CheckpointAsync(await restored.SignedInAsync("bob"))).Head.Origin, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_for_another_database_stop_the_start_on_restored_data()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync();
        await Operator.UnpackAsync(await app.BackedUpAsync(folder), folder.In("restored"));

        var refused = await Assert.ThrowsAsync<StartRefused>(() => RegistryApp.StartAsync(
            ["--Assay:Database:Engine=PostgreSql", "--Assay:Database:ConnectionString=Host=localhost;Database=other"], folder.In("restored")));

        Assert.Contains("Assay:Database:Engine", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<Dictionary<string, byte[]>> ServedAsync(RegistryApp app, string token)
    {
        var served = new Dictionary<string, byte[]>();
        foreach (var path in new[] { "/@acme%2fx", "/@acme/x/-/x-1.0.0.tgz", "/@acme/x/-/x-1.1.0.tgz", "/@acme/x/-/x-1.2.0.tgz", "/-/npm/v1/keys" })
        {
            served[path] = await app.BytesAsync(path, token);
        }
        return served;
    }

    // A damaged header has no name of its own: what it follows is named. A damaged list of digests speaks of the entry in its line.
    private static IEnumerable<string> Suspects(List<(string Name, int From, int To)> entries, int at)
    {
        var index = entries.FindIndex(entry => at < entry.To);
        return index < 0 || entries[index].Name == "digests.txt"
            ? ["digests.txt", $"what follows {entries[^2].Name} "]
            : [entries[index].Name, index == 0 ? "its beginning" : $"what follows {entries[index - 1].Name} ", index == 0 ? "does not begin" : $"ends after {entries[index - 1].Name}"];
    }

    /// <summary>Where each entry begins and ends.</summary>
    private static async Task<List<(string Name, int From, int To)>> LayoutAsync(string file)
    {
        using var work = new TemporaryFolder();
        await using var stream = File.OpenRead(file);
        await using var digests = DigestList.In(work.Path);
        await using var reader = new ArchiveReader(stream, digests);
        List<(string Name, int From, int To)> entries = [];
        while (await reader.NextAsync(CancellationToken.None) is { } name)
        {
            var from = (int)reader.WholeUntil;
            await reader.EndEntryAsync(CancellationToken.None);
            entries.Add((name, from, (int)reader.WholeUntil));
        }
        return entries;
    }
}
