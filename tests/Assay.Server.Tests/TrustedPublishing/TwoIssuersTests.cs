using System.Net;
using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>Two GitLab servers, one of them on a private address. Their projects have the same paths and the same ids, as id ranges of servers do.</summary>
public sealed class TwoIssuersTests : IAsyncLifetime
{
    private const string Here = "@acme/here";
    private const string There = "@acme/there";

    private TrustWorld world = null!;
    private CiSimulatorHost corporate = null!;

    public async ValueTask InitializeAsync()
    {
        world = await TrustWorld.StartAsync();
        corporate = await CiSimulatorHost.StartAsync(new CiSimulatorOptions { Clock = world.App.Clock });
        await (await world.AddIssuerAsync("gitlab", corporate.Gitlab, with: body =>
        {
            body["id"] = "corp-gitlab";
            body["addresses"] = new JsonArray("127.0.0.0/8");
        })).ShouldBeAsync(HttpStatusCode.OK);
        await TrustAsync(Here, "gitlab");
        await TrustAsync(There, "corp-gitlab");
    }

    public async ValueTask DisposeAsync()
    {
        await corporate.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task Before_the_ids_are_learned_a_project_of_the_other_server_publishes_nothing()
    {
        await RefusedAsync(world.Ci, There);
        await RefusedAsync(corporate, Here);

        Assert.Empty(await world.PinsAsync(Here));
        Assert.Empty(await world.PinsAsync(There));
    }

    [Fact]
    public async Task Each_package_is_published_by_the_server_that_it_trusts_and_never_by_the_other()
    {
        await PublishedAsync(world.Ci, Here, "1.0.0");
        await PublishedAsync(corporate, There, "1.0.0");

        await RefusedAsync(world.Ci, There);
        await RefusedAsync(corporate, Here);

        // The same ids on both sides: it is the issuer that tells them apart.
        Assert.Equal(await world.PinsAsync(Here), await world.PinsAsync(There));
        Assert.Equal(["1.0.0"], await world.VersionsAsync(Here));
        Assert.Equal(["1.0.0"], await world.VersionsAsync(There));
    }

    [Fact]
    public async Task Npm_trust_cannot_say_which_is_meant_and_the_refusal_lists_both()
    {
        using var answer = await world.TrustAsync("@acme/either", TrustRequest.Gitlab());

        var text = await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "issuer-may-not-publish");
        answer.ShouldHaveNotice("issuer-may-not-publish");
        Assert.Contains($"gitlab ({world.Ci.Gitlab})", text, StringComparison.Ordinal);
        Assert.Contains($"corp-gitlab ({corporate.Gitlab})", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_one_of_them_disabled_it_can()
    {
        await world.LinesAsync("/issuer/disable", new JsonObject { ["id"] = "gitlab" });

        await (await world.TrustAsync("@acme/either", TrustRequest.Gitlab())).ShouldBeCreatedAsync();

        await PublishedAsync(corporate, "@acme/either", "1.0.0");
        using var disabled = await world.ExchangeAsync(world.Ci.MintGitlab(), "@acme/either");
        await disabled.ShouldExplainAsync(HttpStatusCode.Unauthorized, "unknown-issuer");
    }

    private Task<string> TrustAsync(string package, string binding) => world.WrittenPolicyAsync(new JsonObject
    {
        ["target"] = package,
        ["binding"] = binding,
        ["actions"] = new JsonArray("publish"),
        ["fields"] = new JsonObject { ["project"] = "octocat/hello-world", ["configPath"] = ".gitlab-ci.yml" },
    });

    private async Task PublishedAsync(CiSimulatorHost ci, string package, string version)
    {
        using var answer = await world.PublishAsync(await world.ExchangedAsync(ci.MintGitlab(), package), version, package);
        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }

    private async Task RefusedAsync(CiSimulatorHost ci, string package)
    {
        using var answer = await world.ExchangeAsync(ci.MintGitlab(), package);
        await answer.ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
    }
}
