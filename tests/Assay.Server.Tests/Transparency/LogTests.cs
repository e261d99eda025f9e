using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Events;
using Assay.Provenance.Log.Notes;
using Assay.Server.Data;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Transparency;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Transparency;

/// <summary>What happens is in the log when it is answered, and proved there; what it was is told to those who may know.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task A_new_log_begins_with_the_registrys_keys_under_two_signatures()
    {
        await using var app = await RegistryApp.StartAsync();
        var admin = await app.SignedInAsync("ada", isAdministrator: true);

        var checkpoint = await app.CheckpointAsync(admin);
        var leaves = await app.LeavesAsync(admin);

        Assert.Equal($"localhost:{app.Url.Port}", checkpoint.Head.Origin);
        Assert.Equal([typeof(EcdsaNoteKey), typeof(Ed25519NoteKey)], checkpoint.Signatures.Select(line => line.Key.GetType()));
        Assert.Equal(5, leaves.Count);
        Assert.All(leaves, leaf => Assert.StartsWith("{\"kind\":\"key\",\"commitment\":\"", Encoding.ASCII.GetString(leaf), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_publish_is_in_the_log_when_it_is_answered()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var package = new TestPackage("@acme/x", "1.0.0");
        await app.PublishedAsync(alice, package);

        var entry = await PublishOfAsync(app, alice, "@acme/x", "1.0.0");
        var said = JsonNode.Parse((string)entry["opening"]!["event"]!)!;

        Assert.Equal(("publish", "@acme/x", "1.0.0", "alice"), ((string?)said["kind"], (string?)said["package"], (string?)said["version"], (string?)said["publisher"]));
        Assert.Equal((string?)(await app.PackumentAsync(alice, "@acme%2fx"))["versions"]!["1.0.0"]!["dist"]!["integrity"], (string?)said["integrity"]);
        await ShouldBeProvedAsync(app, alice, entry);
    }

    [Fact]
    public async Task Every_change_of_a_package_has_its_leaf()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));
        await app.PublishedAsync(alice, new TestPackage("x", "1.1.0"));
        using var tagged = await app.PutAsync("/-/package/x/dist-tags/next", alice, "1.0.0");
        using var untagged = await app.DeleteAsync("/-/package/x/dist-tags/next", alice);
        using var deprecated = await app.PutAsync("/x", alice, JsonNode.Parse("""{"_id":"x","name":"x","versions":{"1.0.0":{"deprecated":"old"}}}""")!);

        var entries = (await app.JsonAsync("/-/assay/v1/log/packages/x", alice))["entries"]!.AsArray();

        Assert.Equal(["publish", "owner", "publish", "tag", "tag", "deprecate"], entries.Select(entry => (string)entry!["kind"]!));
        foreach (var entry in entries)
        {
            await ShouldBeProvedAsync(app, alice, entry!);
        }
    }

    [Fact]
    public async Task Every_publish_of_many_at_once_has_a_leaf_and_the_tree_is_whole()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await Task.WhenAll(Enumerable.Range(0, 300).Select(number => app.PublishedAsync(alice, new TestPackage($"p{number % 30}", $"1.0.{number / 30}"))));

        var leaves = await app.LeavesAsync(alice);
        var checkpoint = await app.CheckpointAsync(alice);
        var first = await app.ReadAsync(db => db.LogCheckpoints.OrderBy(row => row.Size).FirstAsync());

        Assert.Equal(300, leaves.Count(leaf => Encoding.ASCII.GetString(leaf).StartsWith("{\"kind\":\"publish\"", StringComparison.Ordinal)));
        var known = await app.KnownLogAsync(alice);
        Assert.True(UnverifiedCheckpoint.TryParse(first.Note, out var oldest));
        Assert.True(oldest.TryVerify(known, [], out var older, out _));
        var proof = await app.Proofs(checkpoint.Head.Size, alice).ConsistencyAsync(older.Head.Size, TestContext.Current.CancellationToken);
        Assert.True(proof.Verifies(older.Head.Root, checkpoint.Head.Root));
        await app.Services.GetRequiredService<CheckLog>().RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_receipt_proves_a_leaf_without_the_registry()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));
        var leaves = await app.LeavesAsync(alice);

        for (var index = 0; index < leaves.Count; index++)
        {
            Assert.True(UnverifiedReceipt.TryParse(await app.BytesAsync($"/-/assay/v1/log/proof/{index}", alice), out var receipt));
            Assert.True(receipt.TryVerify(LogHash.OfLeaf(leaves[index]), await app.KnownLogAsync(alice), [], out _, out var refusal), $"{refusal}");
        }
        using var beyond = await app.GetAsync($"/-/assay/v1/log/proof/{leaves.Count}", alice);
        await beyond.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-in-the-log");
    }

    [Fact]
    public async Task Strangers_read_the_log_only_where_it_is_open_and_then_learn_nothing_of_packages()
    {
        await using var closed = await RegistryApp.StartAsync();
        await using var open = await RegistryApp.StartAsync(["--Assay:Log:Read=Public"]);
        await open.PublishedAsync(await open.SignedInAsync("alice"), new TestPackage("@acme/secret", "1.0.0"));

        foreach (var path in new[] { "", "/checkpoint", "/tile/0/000.p/1", "/tile/entries/000.p/1", "/proof/0" })
        {
            using var refused = await closed.GetAsync($"/-/assay/v1/log{path}");
            await refused.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
            using var answered = await open.GetAsync($"/-/assay/v1/log{path}");
            Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        }
        using var package = await open.GetAsync("/-/assay/v1/log/packages/@acme%2fsecret");
        await package.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        var all = string.Concat((await LeavesOfStrangerAsync(open)).Select(Encoding.UTF8.GetString));
        Assert.DoesNotContain("secret", all, StringComparison.Ordinal);
        Assert.DoesNotContain("alice", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Openings_of_policies_are_for_owners_and_those_of_issuers_for_nobody_who_asks_for_a_package()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var bob = await app.SignedInAsync("bob");
        await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));
        await app.Services.GetRequiredService<CommitQueue>().RunAsync(async (commit, stop) =>
        {
            await app.Services.GetRequiredService<LogWriter>().AppendAsync(
                commit, new LogEvent(LogKind.Policy, "x", null, LogAudience.Owners, new JsonObject { ["act"] = "policy.created" }), stop);
            return true;
        }, CancellationToken.None);

        var owner = await PolicyEntryAsync(app, alice);
        var other = await PolicyEntryAsync(app, bob);

        Assert.NotNull(owner["opening"]);
        Assert.Null(other["opening"]);
        Assert.Equal((string?)owner["leaf"], (string?)other["leaf"]);
    }

    [Fact]
    public async Task A_group_that_fails_leaves_nothing_in_the_log()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var before = (await app.CheckpointAsync(alice)).Head;

        await Assert.ThrowsAsync<InvalidOperationException>(() => app.Services.GetRequiredService<CommitQueue>().RunAsync<bool>(async (commit, stop) =>
        {
            await app.Services.GetRequiredService<LogWriter>().AppendAsync(commit, LogEvent.Attestation("x", "1.0.0", "https://example.test/v1", "00"), stop);
            throw new InvalidOperationException("not now");
        }, CancellationToken.None));

        var after = (await app.CheckpointAsync(alice)).Head;
        Assert.Equal((before.Size, before.Root), (after.Size, after.Root));
        await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));
        await app.LeavesAsync(alice);
    }

    [Fact]
    public async Task A_log_that_goes_on_under_another_name_says_so_in_a_leaf()
    {
        await using var app = await RegistryApp.StartAsync();
        var admin = await app.SignedInAsync("ada", isAdministrator: true);
        var before = (await app.CheckpointAsync(admin)).Head;

        await app.Services.GetRequiredService<ReopenLog>().RunAsync("log2.npm.acme.example", new Audit.Actor("ada", ""), CancellationToken.None);

        Assert.Equal("log2.npm.acme.example", (await app.CheckpointAsync(admin)).Head.Origin);
        Assert.Equal(before.Size + 1, (await app.LeavesAsync(admin)).Count);
        var said = await app.ReadAsync(db => db.LogLeaves.Where(row => row.Kind == "reopen").Select(row => row.Event!).SingleAsync());
        Assert.Contains(before.Root.ToString(), (string)JsonNode.Parse(said)!["detail"]!, StringComparison.Ordinal);
    }

    private static async Task<JsonNode> PublishOfAsync(RegistryApp app, string token, string package, string version) =>
        Assert.Single((await app.JsonAsync($"/-/assay/v1/log/packages/{package.Replace("/", "%2f", StringComparison.Ordinal)}/{version}", token))["entries"]!.AsArray(), entry => (string?)entry!["kind"] == "publish")!;

    private static async Task<JsonNode> PolicyEntryAsync(RegistryApp app, string token) =>
        Assert.Single((await app.JsonAsync("/-/assay/v1/log/packages/x", token))["entries"]!.AsArray(), entry => (string?)entry!["kind"] == "policy")!;

    private static async Task ShouldBeProvedAsync(RegistryApp app, string token, JsonNode entry)
    {
        var leaf = Convert.FromBase64String((string)entry["leaf"]!);
        var opening = new LeafOpening(Convert.FromHexString((string)entry["opening"]!["salt"]!), (string)entry["opening"]!["event"]!);
        var hashes = entry["proof"]!.AsArray().Select(hash => new LogHash(Convert.FromBase64String((string)hash!))).ToList();
        var head = (await app.CheckpointAsync(token)).Head;

        Assert.True(opening.Opens(leaf, (string)entry["kind"]!));
        Assert.True(new InclusionProof((long)entry["index"]!, head.Size, hashes).Verifies(LogHash.OfLeaf(leaf), head.Root));
    }

    private static async Task<IReadOnlyList<byte[]>> LeavesOfStrangerAsync(RegistryApp app)
    {
        using var described = await app.GetAsync("/-/assay/v1/log");
        var size = (int)JsonNode.Parse(await described.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["size"]!;
        using var response = await app.GetAsync($"/-/assay/v1/log/{TilePath.Entries(0, size)}");
        Assert.True(EntryBundle.TryRead(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), size, out var leaves));
        return [.. leaves.Select(leaf => leaf.ToArray())];
    }
}
