using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Packages.Reports;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.Identity;

/// <summary>Two nodes on one PostgreSQL database: each counts for itself, so that a node that is busy or beset holds up no other.</summary>
public sealed class LimitNodesTests(PostgresCluster cluster) : IAsyncLifetime
{
    private static readonly string[] Limits =
    [
        "--Assay:Limits:SignInsPerAddress=2", "--Assay:Limits:ChangesPerPackage=2", "--Assay:Limits:ReportsPerAccount=2", "--Assay:Limits:ExchangesPerProject=2",
        "--Assay:Limits:ReadsPerAddress=6",
    ];

    private TrustWorld here = null!;
    private TrustWorld there = null!;
    private string alice = null!;

    public async ValueTask InitializeAsync()
    {
        string[] shared = [.. Limits, "--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await cluster.CreateMigratedAsync()};Maximum Pool Size=20"];
        here = await TrustWorld.WithPolicyAsync(null, shared);
        there = await here.JoinAsync(shared);
        alice = await here.App.SignedInAsync("alice");
    }

    public async ValueTask DisposeAsync()
    {
        await there.DisposeAsync();
        await here.DisposeAsync();
    }

    public static TheoryData<string, string> Kinds => new()
    {
        { "SignInsPerAddress", "sign in" },
        { "ChangesPerPackage", "publish" },
        { "ReportsPerAccount", "report" },
        { "ExchangesPerProject", "exchange" },
        { "ReadsPerAddress", "read" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_is_used_up_at_one_node_is_there_at_the_other(string limit, string act)
    {
        if (act == "report")
        {
            await here.App.PublishedAsync(alice, new TestPackage("@free/reported", "1.0.0"));
        }
        var first = await UseUpAsync(here, act, "1");

        Assert.NotEqual(HttpStatusCode.TooManyRequests, await ActAsync(there, act, "2.0"));
        var second = await UseUpAsync(there, act, "2");

        Assert.Contains($"Assay:Limits:{limit}", first, StringComparison.Ordinal);
        Assert.Contains($"Assay:Limits:{limit}", second, StringComparison.Ordinal);
        // By each node's own clock.
        there.App.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.TooManyRequests, await ActAsync(here, act, "1.9"));
        Assert.NotEqual(HttpStatusCode.TooManyRequests, await ActAsync(there, act, "2.9"));
    }

    [Fact]
    public async Task What_strangers_are_refused_at_one_node_takes_nothing_at_any()
    {
        await here.App.PublishedAsync(alice, new TestPackage("@free/x", "1.0.0"));
        var bob = await here.App.SignedInAsync("bob");
        for (var number = 0; number < 5; number++)
        {
            foreach (var node in new[] { here, there })
            {
                await (await new TestPackage("@free/x", "2.0.0").PublishAsync(node.App, bob)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
                Assert.Equal(HttpStatusCode.Unauthorized, (await node.ExchangeAsync(here.Github(new JsonObject { ["repository"] = "evil-org/octo-repo" }))).StatusCode);
            }
        }

        await there.App.PublishedAsync(alice, new TestPackage("@free/x", "1.1.0"));
        await there.App.PublishedAsync(alice, new TestPackage("@free/x", "1.2.0"));
        await here.App.PublishedAsync(alice, new TestPackage("@free/x", "1.3.0"));
        await here.ExchangedAsync(here.Github());
        await there.ExchangedAsync(here.Github());
    }

    /// <summary>Until it is refused, which has to be soon: what the refusal says.</summary>
    private async Task<string> UseUpAsync(TrustWorld node, string act, string major)
    {
        for (var number = 1; number < 8; number++)
        {
            using var answer = await SendAsync(node, act, $"{major}.{number}");
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                return await answer.Content.ReadAsStringAsync();
            }
        }
        return "";
    }

    private async Task<HttpStatusCode> ActAsync(TrustWorld node, string act, string version)
    {
        using var answer = await SendAsync(node, act, version);
        return answer.StatusCode;
    }

    private Task<HttpResponseMessage> SendAsync(TrustWorld node, string act, string version) => act switch
    {
        "sign in" => node.App.PostAsync("/-/v1/login", null, new JsonObject()),
        "publish" => new TestPackage("@free/many", $"{version}.0").PublishAsync(node.App, alice),
        "report" => node.App.ReportAsync(alice, "@free/reported", ReportingExtensions.Report(text: $"it is bad, number {version}")),
        "exchange" => node.ExchangeAsync(here.Github()),
        _ => node.App.GetAsync("/-/ping"),
    };
}
