using System.Net;
using System.Security.Cryptography;
using Assay.Provenance.Keys;
using Assay.Provenance.Sigstore.Keys;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Signing;
using Assay.Server.Tests.Attestations;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Signing;

/// <summary>Keys live in files that nobody else may read; without them a node does not start, and a new one leaves the old one's work good.</summary>
public sealed class SigningKeyTests
{
    [Fact]
    public async Task The_first_start_makes_a_key_for_each_purpose_that_only_this_user_may_read_in_one_commit()
    {
        await using var app = await RegistryApp.StartAsync();

        var files = KeysIn(app.DataDirectory);

        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Equal(
            ["log-ecdsa", "log-ed25519", "registry", "tuf-online", "tuf-root"],
            files.Select(file => Path.GetFileName(file)[..^"-0123456789ab.pem".Length]).Order(StringComparer.Ordinal));
        Assert.Equal(Enumerable.Repeat("key.created", 5), await app.ReadAsync(db => db.AuditEvents.Select(row => row.Action).ToListAsync()));
        Assert.Single(await app.ReadAsync(db => db.SigningKeys.Select(row => row.CreatedAt).Distinct().ToListAsync()));
    }

    [Fact]
    public async Task Clients_that_verify_versions_are_shown_the_keys_of_versions_alone()
    {
        await using var app = await RegistryApp.StartAsync();

        var shown = Assert.Single(await app.KeysAsync())!;

        Assert.Equal((await FindAsync(app, KeyPurpose.Registry)).Id, (string?)shown["keyid"]);
    }

    [Theory]
    [InlineData(KeyPurpose.Registry)]
    [InlineData(KeyPurpose.LogEcdsa)]
    [InlineData(KeyPurpose.LogEd25519)]
    [InlineData(KeyPurpose.TufOnline)]
    [InlineData(KeyPurpose.TufRoot)]
    public async Task What_a_key_signs_verifies_with_its_public_half(string purpose)
    {
        await using var app = await RegistryApp.StartAsync();
        var key = await FindAsync(app, purpose);

        var signature = key.Sign("message"u8);

        Assert.Equal(purpose, key.Purpose);
        Assert.Equal(KeyId.Of(key.PublicKey.Span), key.Id);
        Assert.True(VerificationKey.TryCreate(key.PublicKey.Span, out var verification));
        Assert.True(verification.Verifies("message"u8, signature));
        Assert.False(verification.Verifies("messagE"u8, signature));
    }

    [Fact]
    public async Task A_purpose_that_comes_with_a_later_version_gets_its_key_and_the_others_keep_theirs()
    {
        using var folder = await StoppedAsync();
        File.Delete(KeysIn(folder.Path).Single(file => file.Contains("tuf-root", StringComparison.Ordinal)));
        string[] before = [.. KeysIn(folder.Path)];
        await using (var database = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder.Path, "registry.db")};Pooling=False"))
        {
            await database.OpenAsync();
            await using var command = database.CreateCommand();
            command.CommandText = "DELETE FROM SigningKeys WHERE Purpose = 'tuf-root'";
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }

        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);

        Assert.Contains("tuf-root", Assert.Single(KeysIn(folder.Path).Except(before)), StringComparison.Ordinal);
        Assert.Equal(5, await app.ReadAsync(db => db.SigningKeys.CountAsync()));
    }

    [Fact]
    public async Task The_key_stays_over_a_restart()
    {
        using var folder = new TemporaryFolder();
        string first;
        await using (var before = await RegistryApp.StartAsync(dataDirectory: folder.Path))
        {
            first = (await before.KeysAsync()).ToJsonString();
        }

        await using var after = await RegistryApp.StartAsync(dataDirectory: folder.Path);

        Assert.Equal(first, (await after.KeysAsync()).ToJsonString());
    }

    [Fact]
    public async Task A_private_key_that_others_may_read_stops_the_start()
    {
        using var folder = await StoppedAsync();
        var file = VersionKeyIn(folder.Path);
        File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.GroupRead);

        var refused = await Assert.ThrowsAsync<StartRefused>(() => RegistryApp.StartAsync(dataDirectory: folder.Path));

        Assert.Contains($"chmod 600 {file}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_private_key_stops_the_start_and_is_not_made_anew()
    {
        using var folder = await StoppedAsync();
        var file = VersionKeyIn(folder.Path);
        File.Delete(file);

        var refused = await Assert.ThrowsAsync<StartRefused>(() => RegistryApp.StartAsync(dataDirectory: folder.Path));

        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Assert.Equal(4, KeysIn(folder.Path).Count);
    }

    [Fact]
    public async Task Another_key_in_the_file_stops_the_start()
    {
        using var folder = await StoppedAsync();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(VersionKeyIn(folder.Path), other.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<StartRefused>(() => RegistryApp.StartAsync(dataDirectory: folder.Path));

        Assert.Contains("is not the one of SHA256:", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_key_stops_the_start_and_is_not_repeated()
    {
        using var folder = await StoppedAsync();
        await File.WriteAllTextAsync(VersionKeyIn(folder.Path), "-----BEGIN SECRET-----", TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<StartRefused>(() => RegistryApp.StartAsync(dataDirectory: folder.Path));

        Assert.Contains("Cannot read the private key", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_rotation_old_versions_verify_with_the_old_key_and_new_ones_with_the_new()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));
        var at = app.Clock.GetUtcNow();
        var second = await RotateAsync(app);
        await app.PublishedAsync(alice, new TestPackage("x", "1.1.0"));

        var versions = (await app.PackumentAsync(alice, "x"))["versions"]!;
        var first = await app.VerifiedAsync(versions["1.0.0"]!);

        Assert.NotEqual(second, first);
        Assert.Equal(second, await app.VerifiedAsync(versions["1.1.0"]!));
        Assert.Equal(
            [(second, null), (first, at.AddMinutes(15).ToUnixTimeMilliseconds())],
            (await app.KeysAsync()).Select(key => ((string)key!["keyid"]!, key["expires"] is { } end ? DateTimeOffset.Parse((string)end!, null).ToUnixTimeMilliseconds() : (long?)null)));
        Assert.Equal(6, KeysIn(app.DataDirectory).Count);
    }

    [Fact]
    public async Task A_node_that_lacks_the_new_key_signs_with_the_old_one_until_that_expires_and_then_refuses()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var first = (string)(await app.KeysAsync())[0]!["keyid"]!;
        var second = await RotateAsync(app);
        var row = await app.ReadAsync(db => db.SigningKeys.SingleAsync(key => key.KeyId == second));
        File.Delete(Path.Combine(app.DataDirectory, "keys", row.Handle));
        await ForgetAsync(app);

        await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));
        app.Clock.Advance(TimeSpan.FromMinutes(15));
        var facts = await app.FactsAsync();
        using var refused = await new TestPackage("x", "1.1.0").PublishAsync(app, alice);

        Assert.Equal(first, await app.VerifiedAsync((await app.PackumentAsync(alice, "x"))["versions"]!["1.0.0"]!));
        await refused.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "cannot-sign");
        Assert.Equal(facts, await app.FactsAsync());
    }

    private static Task<string> RotateAsync(RegistryApp app) =>
        app.Services.GetRequiredService<RotateKey>().RunAsync(KeyPurpose.Registry, new Actor("test", ""), CancellationToken.None);

    private static Task<bool> ForgetAsync(RegistryApp app) => app.Services.GetRequiredService<CommitQueue>().RunAsync((commit, _) =>
    {
        commit.Changed(SigningKeys.ChangeKey);
        return Task.FromResult(true);
    }, CancellationToken.None);

    private static async Task<TemporaryFolder> StoppedAsync()
    {
        var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);
        return folder;
    }

    private static async Task<SigningKey> FindAsync(RegistryApp app, string purpose) =>
        (await app.Services.GetRequiredService<SigningKeys>().FindAsync(purpose, CancellationToken.None))!;

    private static string VersionKeyIn(string data) =>
        Assert.Single(KeysIn(data), file => Path.GetFileName(file).StartsWith("registry-", StringComparison.Ordinal));

    private static IReadOnlyList<string> KeysIn(string data) => [.. Directory.EnumerateFiles(Path.Combine(data, "keys"))];
}

/// <summary>Several nodes sign with one key.</summary>
public sealed class SigningNodesTests(PostgresCluster cluster)
{
    [Fact]
    public async Task A_node_without_the_keys_of_the_registry_does_not_start()
    {
        string[] database = ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await cluster.CreateDatabaseAsync()}"];
        await using var here = await RegistryApp.StartAsync(database);

        var refused = await Assert.ThrowsAsync<StartRefused>(() => RegistryApp.StartAsync(database));

        Assert.Contains("Assay:Signing:KeysDirectory", refused.Message, StringComparison.Ordinal);
        Assert.Equal(5, await here.ReadAsync(db => db.SigningKeys.CountAsync()));
    }

    [Fact]
    public async Task Two_nodes_that_start_for_the_first_time_at_once_make_no_key_twice_and_one_log()
    {
        var connection = await cluster.CreateDatabaseAsync();
        await using (var db = RegistryDbSource.PostgreSql(connection).OpenForWriting())
        {
            await DatabaseFormat.EnsureAsync(db, TimeProvider.System, CancellationToken.None);
        }
        using var keys = new TemporaryFolder();
        string[] database =
            ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={connection}", $"--Assay:Signing:KeysDirectory={keys.Path}"];

        var nodes = await Task.WhenAll(RegistryApp.StartAsync(database), RegistryApp.StartAsync(database));

        await using var here = nodes[0];
        await using var there = nodes[1];
        var handles = await here.ReadAsync(db => db.SigningKeys.Select(row => row.Handle).ToListAsync());
        Assert.Equal(KeyPurpose.All.Count, handles.Count);
        Assert.Equal(handles.Order(StringComparer.Ordinal), Directory.EnumerateFiles(keys.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(handles.Count, await here.ReadAsync(db => db.LogLeaves.CountAsync()));
    }

    [Fact]
    public async Task A_rotation_at_one_node_holds_for_the_next_publish_at_the_other()
    {
        string[] database = ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await cluster.CreateDatabaseAsync()}"];
        await using var here = await RegistryApp.StartAsync(database);
        await using var there = await here.JoinAsync(database);
        var alice = await here.SignedInAsync("alice");
        await there.PublishedAsync(alice, new TestPackage("x", "1.0.0"));

        var second = await here.Services.GetRequiredService<RotateKey>().RunAsync(KeyPurpose.Registry, new Actor("test", ""), CancellationToken.None);
        await there.PublishedAsync(alice, new TestPackage("x", "1.1.0"));

        Assert.Equal(second, await here.VerifiedAsync((await there.PackumentAsync(alice, "x"))["versions"]!["1.1.0"]!));
    }
}
