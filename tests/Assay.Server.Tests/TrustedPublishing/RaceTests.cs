using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What happens at once. One subclass a way to run: one node on SQLite, two nodes on one PostgreSQL database.</summary>
public abstract class RaceTests
{
    [Fact]
    public async Task Many_exchanges_of_one_token_at_once_leave_one_live_publish_token()
    {
        await using var nodes = await NodesAsync();
        await nodes.First.TrustGithubAsync();
        var identityToken = nodes.First.Github();

        var answers = await nodes.AtOnceAsync(20, (node, _) => node.ExchangeAsync(identityToken));

        Assert.Equal(10, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(10, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
        Assert.Single(await nodes.First.LiveTokensAsync());
        Assert.Equal(10, (await nodes.First.App.ReadAsync(db => db.Replays.SingleAsync())).Exchanges);
    }

    [Fact]
    public async Task Of_many_publishes_with_one_token_at_once_exactly_one_is_stored()
    {
        await using var nodes = await NodesAsync();

        for (var round = 0; round < 4; round++)
        {
            var package = $"@acme/race-{round}";
            await nodes.First.TrustGithubAsync(package);
            var token = await nodes.First.ExchangedAsync(nodes.First.Github(), package);

            var answers = await nodes.AtOnceAsync(8, (node, number) => node.PublishAsync(token, $"1.0.{number}", package));

            Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
            Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.Forbidden));
            Assert.Single(await nodes.First.VersionsAsync(package));
        }
    }

    [Fact]
    public async Task The_same_publish_sent_many_times_at_once_succeeds_each_time_and_is_stored_once()
    {
        await using var nodes = await NodesAsync();

        for (var round = 0; round < 12; round++)
        {
            var package = $"@acme/again-{round}";
            await nodes.First.TrustGithubAsync(package);
            var token = await nodes.First.ExchangedAsync(nodes.First.Github(), package);
            var document = new TestPackage(package, "1.0.0").Document();

            var answers = await nodes.AtOnceAsync(8, (node, _) => node.App.PutAsync("/" + TrustWorld.Escape(package), token, document.DeepClone()));

            foreach (var answer in answers)
            {
                await answer.ShouldBeAsync(HttpStatusCode.Created);
            }
            Assert.Equal(["1.0.0"], await nodes.First.VersionsAsync(package));
        }
    }

    // The bug that this is about: an exchange that slips between a publish's decision and its commit would keep the identity token alive.
    [Fact]
    public async Task An_exchange_beside_the_publish_never_leaves_both_a_version_and_a_live_token()
    {
        await using var nodes = await NodesAsync();

        for (var round = 0; round < 10; round++)
        {
            var package = $"@acme/beside-{round}";
            await nodes.First.TrustGithubAsync(package);
            var identityToken = nodes.First.Github();
            var token = await nodes.First.ExchangedAsync(identityToken, package);

            await nodes.AtOnceAsync(4, (node, number) => number == 1 ? node.PublishAsync(token, "1.0.0", package) : node.ExchangeAsync(identityToken, package));

            var live = await nodes.First.App.ReadAsync(db => db.PublishTokens
                .CountAsync(row => row.PackageName == package && row.RevokedAt == null && row.UsedAt == null));
            Assert.Equal(1, (await nodes.First.VersionsAsync(package)).Count + live);
        }
    }

    [Fact]
    public async Task Of_two_first_publishes_of_one_version_by_two_projects_one_wins_whole()
    {
        await using var nodes = await NodesAsync();

        for (var round = 0; round < 4; round++)
        {
            var package = $"@acme/first-{round}";
            await nodes.First.TrustGithubAsync(package);
            await (await nodes.First.TrustAsync(package, TrustRequest.Gitlab())).ShouldBeCreatedAsync();
            var tokens = new[]
            {
                await nodes.First.ExchangedAsync(nodes.First.Github(), package),
                await nodes.First.ExchangedAsync(nodes.First.Ci.MintGitlab(), package),
            };
            var tarballs = tokens.Select(token => new TestPackage(package, "1.0.0") { Files = [("package/index.js", token)] }.Tarball()).ToArray();

            var answers = await nodes.AtOnceAsync(2, (node, number) => node.App.PutAsync(
                "/" + TrustWorld.Escape(package), tokens[number], new TestPackage(package, "1.0.0").Document(tarballs[number])));

            var winner = Assert.Single(Enumerable.Range(0, 2), number => answers[number].StatusCode == HttpStatusCode.Created);
            await answers[1 - winner].ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "version-exists");
            var stored = await nodes.First.App.ReadAsync(db => db.Versions
                .SingleAsync(row => db.Packages.Any(found => found.Id == row.PackageId && found.Name == package)));
            Assert.Equal(SHA512.HashData(tarballs[winner]), stored.Sha512);
            Assert.Equal(winner == 0 ? "github" : "gitlab", stored.TrustedPublisher);
        }
    }

    [Fact]
    public async Task Different_versions_published_at_once_by_two_projects_are_both_there()
    {
        await using var nodes = await NodesAsync();
        await nodes.First.TrustGithubAsync();
        await (await nodes.First.TrustAsync(TrustWorld.Package, TrustRequest.Gitlab())).ShouldBeCreatedAsync();
        var tokens = new[] { await nodes.First.ExchangedAsync(nodes.First.Github()), await nodes.First.ExchangedAsync(nodes.First.Ci.MintGitlab()) };

        var answers = await nodes.AtOnceAsync(2, (node, number) => node.PublishAsync(tokens[number], $"1.{number}.0"));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        using var packument = await nodes.Second.App.GetAsync("/@acme%2fhello", nodes.Second.Administrator);
        var document = await packument.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(["1.0.0", "1.1.0"], document["versions"]!.AsObject().Select(version => version.Key).Order(StringComparer.Ordinal));
        Assert.StartsWith("2-", (string?)document["_rev"], StringComparison.Ordinal);
    }

    // One name, two sets of ids: a repository that was deleted and taken over while the policy was still waiting.
    [Fact]
    public async Task Two_projects_of_one_name_cannot_both_be_learned()
    {
        await using var nodes = await NodesAsync();

        for (var round = 0; round < 4; round++)
        {
            var package = $"@acme/pins-{round}";
            await nodes.First.TrustGithubAsync(package);
            var identityTokens = Enumerable.Range(0, 12)
                .Select(number => nodes.First.Github(new JsonObject { ["repository_id"] = number % 3 == 0 ? "74" : "75" })).ToArray();

            var answers = await nodes.AtOnceAsync(12, (node, number) => node.ExchangeAsync(identityTokens[number], package));

            var pinned = (await nodes.First.PinsAsync(package))["repository_id"];
            var runs = await nodes.First.App.ReadAsync(
                db => db.PublishTokens.Where(row => row.PackageName == package).Select(row => row.RunJson).ToListAsync());
            Assert.NotEmpty(runs);
            Assert.All(runs, run => Assert.Equal(pinned, (string?)JsonNode.Parse(run)!["claims"]!["repository_id"]));
            Assert.Equal(runs.Count, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        }
    }

    private protected abstract Task<Nodes> NodesAsync();

    /// <summary>The same registry through two doors, which may be one.</summary>
    private protected sealed record Nodes(TrustWorld First, TrustWorld Second) : IAsyncDisposable
    {
        public async Task<IReadOnlyList<HttpResponseMessage>> AtOnceAsync(int count, Func<TrustWorld, int, Task<HttpResponseMessage>> send) =>
            await Task.WhenAll(Enumerable.Range(0, count).Select(number => Task.Run(() => send(number % 2 == 0 ? First : Second, number))));

        public async ValueTask DisposeAsync()
        {
            if (!ReferenceEquals(First, Second))
            {
                await Second.DisposeAsync();
            }
            await First.DisposeAsync();
        }
    }
}

public sealed class SqliteRaceTests : RaceTests
{
    private protected override async Task<Nodes> NodesAsync()
    {
        var world = await TrustWorld.StartAsync();
        return new Nodes(world, world);
    }
}

public sealed class PostgresRaceTests(PostgresCluster cluster) : RaceTests
{
    [Fact]
    public async Task A_policy_revoked_at_one_node_grants_nothing_at_the_other()
    {
        await using var nodes = await NodesAsync();
        var policy = await nodes.First.TrustGithubAsync();
        var token = await nodes.Second.ExchangedAsync(nodes.First.Github());

        await nodes.First.RevokeTrustAsync(TrustWorld.Package, policy);

        await (await nodes.Second.PublishAsync(token, "1.0.0")).ShouldExplainAsync(HttpStatusCode.Forbidden, "policy-changed");
        await (await nodes.Second.ExchangeAsync(nodes.First.Github())).ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
    }

    [Fact]
    public async Task A_token_replaced_at_one_node_is_dead_at_the_other_at_once()
    {
        await using var nodes = await NodesAsync();
        await nodes.First.TrustGithubAsync();
        await nodes.First.PublishFromGithubAsync("1.0.0");
        var identityToken = nodes.First.Github();
        var token = await nodes.First.ExchangedAsync(identityToken);
        Assert.Equal(HttpStatusCode.OK, (await nodes.Second.App.GetAsync("/@acme%2fhello", token)).StatusCode);

        await nodes.First.ExchangedAsync(identityToken);

        await (await nodes.Second.PublishAsync(token, "1.0.1")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publish-token-expired");
    }

    private protected override async Task<Nodes> NodesAsync()
    {
        var connection = await cluster.CreateDatabaseAsync();
        string[] shared = ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={connection};Maximum Pool Size=20"];
        var first = await TrustWorld.StartAsync(shared);
        return new Nodes(first, await first.JoinAsync(shared));
    }
}
