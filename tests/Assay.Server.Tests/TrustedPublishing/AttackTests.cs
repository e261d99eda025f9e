using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>The attacks that trusted publishing has seen elsewhere, each as its attacker would try it; what is published before stays all there is.</summary>
public sealed class AttackTests
{
    private const string Evil = "refs/heads/evil";

    [Fact]
    public async Task Own_branch_workflow()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        await ShouldPublishNothingAsync(world, world.Github(OnBranch(Evil, "push", isProtected: false)), "release-gate-not-met");
    }

    [Theory]
    [InlineData("pull_request_target")]
    [InlineData("workflow_run")]
    [InlineData("issue_comment")]
    [InlineData("issues")]
    [InlineData("discussion")]
    [InlineData("fork")]
    public async Task A_trigger_that_outsiders_pull_on_a_trusted_branch(string eventName)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        await ShouldPublishNothingAsync(world, world.Github(OnBranch("refs/heads/main", eventName, isProtected: true)), "event-not-allowed");
    }

    [Theory]
    [InlineData("merge_request_event", "99999999", "claims-inconsistent")]
    [InlineData("push", "99999999", "claims-inconsistent")]
    [InlineData("merge_request_event", "74884433", "event-not-allowed")]
    public async Task Fork_merge_request_on_gitlab(string source, string project, string code)
    {
        await using var world = await TrustWorld.StartAsync();
        await (await world.TrustAsync(TrustWorld.Package, TrustRequest.Gitlab())).ShouldBeCreatedAsync();
        await PublishFromGitlabAsync(world, "1.0.0");
        // The job runs in the parent project and speaks with the fork's name.
        var fork = world.Ci.MintGitlab(new JsonObject
        {
            ["pipeline_source"] = source,
            ["project_id"] = project,
            ["job_project_id"] = "74884433",
        });

        await ShouldPublishNothingAsync(world, fork, code);
    }

    [Theory]
    [InlineData("octo-org/octo-automation/.github/workflows/publish.yml@refs/tags/v1.2.3", "callee-not-allowed")]
    [InlineData("mallory/octo-repo/.github/workflows/publish.yml@refs/tags/v1.2.3", "callee-not-allowed")]
    [InlineData("octo-org/octo-repo/.github/workflows/publish.yml@refs/heads/evil", "callee-not-allowed")]
    public async Task The_job_is_defined_in_a_called_file_of_somebody_else(string callee, string code)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        await ShouldPublishNothingAsync(world, world.Github(new JsonObject { ["job_workflow_ref"] = callee }), code);
    }

    [Fact]
    public async Task The_trusted_file_is_called_by_a_workflow_of_somebody_else()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var called = new JsonObject
        {
            ["workflow_ref"] = "mallory/caller/.github/workflows/publish.yml@refs/tags/v1.2.3",
            ["job_workflow_ref"] = "octo-org/octo-repo/.github/workflows/publish.yml@refs/tags/v1.2.3",
        };

        await ShouldPublishNothingAsync(world, world.Github(called), "workflow-unreadable");
    }

    [Theory]
    [InlineData("repository_id")]
    [InlineData("repository_owner_id")]
    public async Task Repository_resurrection(string id)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        await ShouldPublishNothingAsync(world, world.Github(new JsonObject { [id] = "990074" }), "no-matching-policy");
        // Nor does it lock the true project out.
        await world.PublishFromGithubAsync("1.0.1");
    }

    [Fact]
    public async Task First_use_race()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        // The name freed and taken again: both projects of that name come first, the false one with everything else right but one thing.
        var early = world.Github(new JsonObject { ["repository_id"] = "990074", ["ref_protected"] = "false" });
        using (var refused = await world.ExchangeAsync(early))
        {
            await refused.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
        }
        Assert.Empty(await world.PinsAsync());
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            world.ExchangeAsync(world.Github(new JsonObject { ["repository_id"] = number % 2 == 0 ? "74" : "990074" }))));

        var pinned = (await world.PinsAsync())["repository_id"];
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        var tokens = await world.LiveTokensAsync();
        Assert.All(tokens, token => Assert.Equal(pinned, (string?)JsonNode.Parse(token.RunJson)!["claims"]!["repository_id"]));
    }

    [Fact]
    public async Task Custom_issuer_claiming_anothers_names_and_ids()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await using var custom = await StubIssuer.StartAsync();
        await (await world.AddIssuerAsync("github", custom.Url, ["@other/*"], body => body["id"] = "custom")).ShouldBeAsync(HttpStatusCode.OK);

        await ShouldPublishNothingAsync(world, custom.Mint(world), "no-matching-policy");
        // A key of its own is good for itself only.
        await ShouldPublishNothingAsync(world, custom.Mint(world, new JsonObject { ["iss"] = world.Ci.Github.OriginalString }), "unknown-key");
    }

    [Fact]
    public async Task Burning_a_token_id_across_issuers()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await using var custom = await StubIssuer.StartAsync();
        await (await world.AddIssuerAsync("github", custom.Url, ["*"], body => body["id"] = "custom")).ShouldBeAsync(HttpStatusCode.OK);
        var id = new JsonObject { ["jti"] = "one-and-the-same" };

        using (await world.ExchangeAsync(custom.Mint(world, id)))
        {
            await world.PublishFromGithubAsync("1.0.1", id);
        }

        Assert.Equal(["1.0.0", "1.0.1"], await world.VersionsAsync());
    }

    [Fact]
    public async Task Replay_inside_the_clock_leeway()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var token = world.Github();
        using (var publish = await world.PublishAsync(await world.ExchangedAsync(token), "1.0.1"))
        {
            await publish.ShouldBeAsync(HttpStatusCode.Created);
        }

        // Expired by its own word, still good by the leeway, and the memory of it must last as long.
        world.App.Clock.Advance(TimeSpan.FromSeconds(300 + 59));

        using var answer = await world.ExchangeAsync(token);
        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "token-replayed");
    }

    [Fact]
    public async Task Unknown_key_flooding()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await using var issuer = await StubIssuer.StartAsync();
        await (await world.AddIssuerAsync("github", issuer.Url, with: body => body["id"] = "flooded")).ShouldBeAsync(HttpStatusCode.OK);

        for (var number = 0; number < 100; number++)
        {
            using var answer = await world.ExchangeAsync(issuer.Mint(world, keyId: $"key-{number}"));
            await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "unknown-key");
        }

        Assert.InRange(issuer.DiscoveryRequests, 1, 2);
    }

    [Theory]
    [InlineData(Forgery.AlgNone)]
    [InlineData(Forgery.Hs256PublicKey)]
    public async Task Algorithm_confusion(Forgery forgery)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        await ShouldPublishNothingAsync(world, world.Github(forgery: forgery), "algorithm-not-allowed");
    }

    [Theory]
    [InlineData("jwk")]
    [InlineData("jku")]
    [InlineData("x5u")]
    [InlineData("x5c")]
    public async Task A_key_that_the_token_brings_along(string member)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await using var attacker = await StubIssuer.StartAsync();
        var honest = world.Github();
        using var key = RSA.Create(2048);
        var header = IdentityToken.Header(honest);
        header[member] = member switch
        {
            "jwk" => PublicKey(key, (string)header["kid"]!),
            "x5c" => new JsonArray(Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())),
            _ => attacker.Url + "keys",
        };
        var forged = IdentityToken.Join(
            header.ToJsonString(), IdentityToken.Payload(honest).ToJsonString(),
            text => key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

        await ShouldPublishNothingAsync(world, forged, "bad-signature");

        Assert.Empty(attacker.Requests);
    }

    private static async Task ShouldPublishNothingAsync(TrustWorld world, string identityToken, string code)
    {
        var before = await world.VersionsAsync();

        using var answer = await world.ExchangeAsync(identityToken);

        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, code);
        Assert.Empty(await world.LiveTokensAsync());
        Assert.Equal(before, await world.VersionsAsync());
    }

    private static async Task PublishFromGitlabAsync(TrustWorld world, string version)
    {
        using var publish = await world.PublishAsync(await world.ExchangedAsync(world.Ci.MintGitlab()), version);
        await publish.ShouldBeAsync(HttpStatusCode.Created);
    }

    private static JsonObject OnBranch(string branch, string eventName, bool isProtected) => new()
    {
        ["event_name"] = eventName,
        ["ref"] = branch,
        ["ref_type"] = "branch",
        ["ref_protected"] = isProtected ? "true" : "false",
    };

    private static JsonObject PublicKey(RSA key, string keyId)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["kid"] = keyId,
            ["use"] = "sig",
            ["n"] = Base64Url.EncodeToString(parameters.Modulus),
            ["e"] = Base64Url.EncodeToString(parameters.Exponent),
        };
    }
}
