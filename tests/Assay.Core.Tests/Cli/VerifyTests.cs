using System.Text.Json.Nodes;
using Assay.Cli.Output;
using Assay.Core.Tests.Npm;

namespace Assay.Core.Tests.Cli;

public sealed class VerifyTests : IDisposable
{
    private const string Document = "@acme/x/1.0.0";
    private const string Logged = "-/assay/v1/log/packages/@acme/x/1.0.0";

    private readonly TestRegistry registry = new();
    private readonly TestClient client = new();

    public VerifyTests()
    {
        registry.Publish("@acme/other", "1.0.0");
        registry.Publish("@acme/x", "1.0.0");
        registry.Publish("@acme/other", "2.0.0");
    }

    [Theory]
    [InlineData("@acme/x@1.0.0")]
    [InlineData("@acme/x")]
    public async Task An_honest_version_verifies(string target)
    {
        var run = await VerifyAsync(target);

        run.ShouldBeGood();
        Assert.Contains("@acme/x@1.0.0  verified", run.Output, StringComparison.Ordinal);
        Assert.Contains("does not say that the code is safe", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tarball_is_compared_by_its_own_bytes()
    {
        var tarball = TarBuilder.Valid().Tgz();
        await File.WriteAllBytesAsync(Path.Combine(client.Folder, "x.tgz"), tarball, TestContext.Current.CancellationToken);

        (await VerifyAsync("x.tgz")).ShouldRefute("x.tgz has sha512-");
    }

    [Fact]
    public async Task A_lockfile_is_compared_with_what_the_registry_serves_and_packages_of_others_are_counted()
    {
        var lockfile = Lockfile(TestRegistry.IntegrityOf("@acme/x@1.0.0").ToString(), "https://elsewhere.example/o.tgz");

        (await VerifyAsync(lockfile)).ShouldBeGood();
        Assert.Contains("1 of 1 versions verified", (await VerifyAsync(lockfile)).Output, StringComparison.Ordinal);
        Assert.Contains("1 of other registries, not checked", (await VerifyAsync(lockfile)).Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Refuted, (await VerifyAsync(lockfile, "--all")).Code);
    }

    [Fact]
    public async Task A_lockfile_with_other_bytes_is_refuted() =>
        (await VerifyAsync(Lockfile(TestRegistry.IntegrityOf("other").ToString(), registry.Url + "o.tgz"))).ShouldRefute("package-lock.json has sha512-");

    [Fact]
    public async Task A_changed_integrity_is_refuted_by_signature_and_log()
    {
        registry.Change(Document, json => json["dist"]!["integrity"] = TestRegistry.IntegrityOf("evil").ToString());

        var run = await VerifyAsync();

        run.ShouldRefute("is not of this name, version and integrity");
        run.ShouldRefute("was published with other bytes");
    }

    [Fact]
    public async Task A_version_signed_anew_with_other_bytes_is_refuted_by_the_log()
    {
        registry.Publish("@acme/x", "1.0.0", bytes: "evil");

        (await VerifyAsync()).ShouldRefute("was published with other bytes");
    }

    [Fact]
    public async Task A_second_publish_with_other_bytes_is_refuted_even_if_the_first_is_served()
    {
        registry.LogEvent("@acme/x", "1.0.0", "publish", TestRegistry.IntegrityOf("evil"));

        (await VerifyAsync()).ShouldRefute("entry 3 says that this version was published with other bytes");
    }

    [Fact]
    public async Task Another_version_in_the_answer_is_refuted()
    {
        registry.Change(Document, json => json["version"] = "1.0.1");

        (await VerifyAsync()).ShouldRefute("the registry answers with @acme/x@1.0.1");
    }

    [Fact]
    public async Task A_missing_or_unknown_signature_is_refuted()
    {
        registry.Change(Document, json => json["dist"]!["signatures"] = new JsonArray());
        (await VerifyAsync()).ShouldRefute("no signature by a key that the registry lists");

        registry.Change(Document, json => json["dist"]!["signatures"]![0]!["keyid"] = "SHA256:other");
        (await VerifyAsync()).ShouldRefute("no signature by a key that the registry lists");

        registry.Hide("-/npm/v1/keys");
        (await VerifyAsync()).ShouldRefute("lists no keys");
    }

    [Fact]
    public async Task A_good_signature_does_not_hide_a_bad_one()
    {
        registry.Change(Document, json => json["dist"]!["signatures"]!.AsArray().Add(new JsonObject { ["keyid"] = TestRegistry.KeyId, ["sig"] = "AAAA" }));

        (await VerifyAsync()).ShouldRefute("is not of this name, version and integrity");
    }

    [Fact]
    public async Task A_key_signs_for_versions_published_before_it_expired()
    {
        registry.KeyExpires = new DateTimeOffset(2026, 3, 1, 12, 0, 1, TimeSpan.Zero);
        (await VerifyAsync()).ShouldBeGood();

        registry.KeyExpires = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        (await VerifyAsync()).ShouldRefute("had expired");

        registry.KeyExpires = new DateTimeOffset(2026, 3, 1, 12, 0, 1, TimeSpan.Zero);
        registry.Change("@acme/x", json => json["time"] = new JsonObject());
        (await VerifyAsync()).ShouldRefute("had expired");
    }

    [Fact]
    public async Task A_version_that_the_log_does_not_have_is_refuted()
    {
        registry.Hide(Logged);

        (await VerifyAsync()).ShouldRefute("has nothing about this version");
    }

    [Fact]
    public async Task An_opening_that_the_leaf_does_not_commit_to_is_refuted()
    {
        registry.Change(Logged, json => Entry(json)["opening"]!["event"] = ((string)Entry(json)["opening"]!["event"]!).Replace("2026", "2027", StringComparison.Ordinal));
        (await VerifyAsync()).ShouldRefute("does not commit to what the registry says");

        registry.Change(Logged, json => Entry(json)["opening"]!["salt"] = new string('0', 64));
        (await VerifyAsync()).ShouldRefute("does not commit to what the registry says");

        registry.Change(Logged, json => Entry(json)["opening"] = null);
        (await VerifyAsync()).ShouldRefute("does not commit to what the registry says");
    }

    [Fact]
    public async Task A_publish_that_is_called_something_else_is_no_publish()
    {
        registry.Change(Logged, json => Entry(json)["kind"] = "tag");

        (await VerifyAsync()).ShouldRefute("the log has no publish of this version");
    }

    [Fact]
    public async Task The_publish_of_another_package_is_none_of_this_one()
    {
        registry.LogEvent("@acme/y", "1.0.0", "publish", TestRegistry.IntegrityOf("@acme/x@1.0.0"));
        registry.Interrupt = path => path == Logged ? (302, "/-/assay/v1/log/packages/@acme/y/1.0.0") : null;

        (await VerifyAsync()).ShouldRefute("the log has no publish of this version");
    }

    [Fact]
    public async Task A_changed_leaf_index_or_proof_is_refuted()
    {
        registry.Change(Logged, json => Entry(json)["leaf"] = Convert.ToBase64String("""{"kind":"publish","commitment":"00"}"""u8));
        (await VerifyAsync()).ShouldRefute("entry 1 is not in the log's tree");

        registry.Change(Logged, json => Entry(json)["index"] = 0);
        (await VerifyAsync()).ShouldRefute("entry 0 is not in the log's tree");

        registry.Change(Logged, json => Entry(json)["proof"]![0] = Convert.ToBase64String(new byte[32]));
        (await VerifyAsync()).ShouldRefute("entry 1 is not in the log's tree");
    }

    [Fact]
    public async Task A_changed_checkpoint_is_refuted()
    {
        registry.Change(Logged, json => json["checkpoint"] = ((string)json["checkpoint"]!).Replace("\n3\n", "\n4\n", StringComparison.Ordinal));

        (await VerifyAsync()).ShouldRefute("The checkpoint is not signed as it must be");
    }

    [Fact]
    public async Task An_answer_against_an_older_tree_than_before_is_refuted()
    {
        (await VerifyAsync()).ShouldBeGood();
        var before = System.Text.Encoding.UTF8.GetString(registry.Log.Checkpoint(registry.Edge).ToBytes().Span);
        registry.Publish("@acme/x", "2.0.0");
        registry.Change(Logged, json => json["checkpoint"] = before);

        (await VerifyAsync()).ShouldRefute("against a tree of 3 leaves, although the log had 4 before");
    }

    [Fact]
    public async Task A_log_that_grows_meanwhile_is_followed()
    {
        registry.Tamper = (path, body) =>
        {
            if (path == Document)
            {
                registry.Publish("@acme/x", "9.0.0");
            }
            return body;
        };

        (await VerifyAsync()).ShouldBeGood();
        Assert.Contains("\"size\": 4", await File.ReadAllTextAsync(client.StatePath, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_hides_a_log_it_had_is_refuted()
    {
        (await VerifyAsync()).ShouldBeGood();
        registry.HasLog = false;

        (await VerifyAsync()).ShouldRefute("is known to have one");
    }

    [Fact]
    public async Task A_registry_that_never_showed_a_log_is_refuted_only_where_one_is_required()
    {
        registry.HasLog = false;

        (await VerifyAsync()).ShouldBeGood();
        (await VerifyAsync("@acme/x@1.0.0", "--require-log")).ShouldRefute("is to be in the registry's log");
    }

    [Fact]
    public async Task A_version_that_is_not_there_could_not_be_asked()
    {
        Assert.Equal(ExitCode.NotAsked, (await VerifyAsync("@acme/x@7.0.0")).Code);
    }

    [Fact]
    public async Task Json_says_the_same()
    {
        var json = JsonNode.Parse((await VerifyAsync("@acme/x@1.0.0", "--json")).Output)!;

        Assert.Equal(0, (int)json["exitCode"]!);
        Assert.Equal("@acme/x", (string?)json["packages"]![0]!["name"]);
        Assert.Equal("verified", (string?)json["packages"]![0]!["outcome"]);
        Assert.Equal(3, (long)json["logs"]![0]!["size"]!);
    }

    public void Dispose()
    {
        registry.Dispose();
        client.Dispose();
    }

    private static JsonNode Entry(JsonNode json) => json["entries"]![0]!;

    private Task<Run> VerifyAsync(params string[] arguments) =>
        client.RunAsync(["verify", .. arguments is [] ? ["@acme/x@1.0.0"] : arguments, "--registry", registry.Url]);

    private string Lockfile(string integrity, string other) => client.Write("package-lock.json", $$"""
        {"lockfileVersion":3,"packages":{"":{},
        "node_modules/@acme/x":{"version":"1.0.0","resolved":"{{registry.Url}}@acme/x/-/x-1.0.0.tgz","integrity":"{{integrity}}"},
        "node_modules/o":{"version":"1.0.0","resolved":"{{other}}","integrity":"{{TestRegistry.IntegrityOf("o")}}"}
        } }
        """);
}
