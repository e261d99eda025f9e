using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What happens at once. One subclass a way to run: one node on SQLite, two nodes on one PostgreSQL database.</summary>
public abstract class RaceTests
{
    [Theory]
    [InlineData("publish")]
    [InlineData("dist-tag")]
    public async Task Many_exchanges_of_one_token_at_once_leave_one_live_token_of_their_class(string action)
    {
        await using var nodes = await NodesAsync();
        await new TestPolicy(TrustActions.Publish | TrustActions.DistTag).AddToAsync(nodes.First);
        var identityToken = nodes.First.Github();

        var answers = await nodes.AtOnceAsync(50, (node, _) => node.AskAsync(identityToken, action, TrustWorld.Package));

        Assert.Equal(10, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(40, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
        Assert.Single(await nodes.First.LiveTokensAsync());
        Assert.Equal(10, (await nodes.First.App.ReadAsync(db => db.Replays.SingleAsync())).Exchanges);
    }

    [Fact]
    public async Task Many_exchanges_for_reading_at_once_all_live_up_to_the_cap()
    {
        await using var nodes = await NodesAsync();
        await new TestPolicy(TrustActions.Read) { IsPinned = false }.AddToAsync(nodes.First);
        var identityToken = nodes.First.Github();

        var answers = await nodes.AtOnceAsync(60, (node, _) => node.AskAsync(identityToken, "read", TrustWorld.Package));

        Assert.Equal(50, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(10, answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
        Assert.Equal(50, (await nodes.First.LiveTokensAsync()).Count);
    }

    [Fact]
    public async Task Of_two_publishes_of_one_run_at_once_only_one_is_within_its_budget()
    {
        await using var nodes = await NodesAsync();

        for (var round = 0; round < 4; round++)
        {
            var package = $"@acme/budget-{round}";
            await nodes.First.TrustGithubAsync(package);
            var tokens = new[]
            {
                await nodes.First.ExchangedAsync(nodes.First.Github(TokenUse.Run("4711")), package),
                await nodes.First.ExchangedAsync(nodes.First.Github(TokenUse.Run("4711")), package),
            };

            var answers = await nodes.AtOnceAsync(2, (node, number) => node.PublishAsync(tokens[number], $"1.0.{number}", package));

            Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
            await Assert.Single(answers, answer => answer.StatusCode != HttpStatusCode.Created)
                .ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "budget-exceeded");
            Assert.Single(await nodes.First.VersionsAsync(package));
        }
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
                .CountAsync(row => row.Names == package && row.RevokedAt == null && row.UsedAt == null));
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
                db => db.PublishTokens.Where(row => row.Names == package).Select(row => row.RunJson).ToListAsync());
            Assert.NotEmpty(runs);
            Assert.All(runs, run => Assert.Equal(pinned, (string?)JsonNode.Parse(run)!["claims"]!["repository_id"]));
            Assert.Equal(runs.Count, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        }
    }

    [Fact]
    public async Task Of_two_first_publishes_under_a_scope_policy_one_wins_and_the_other_finds_the_version_there()
    {
        await using var nodes = await NodesAsync();
        await nodes.First.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));

        for (var round = 0; round < 4; round++)
        {
            var package = $"@acme/scope-{round}";
            var tokens = new[]
            {
                await nodes.First.ExchangedAsync(nodes.First.Github(), package),
                await nodes.First.ExchangedAsync(nodes.First.Github(), package),
            };

            var answers = await nodes.AtOnceAsync(2, (node, number) => new TestPackage(package, "1.0.0") { Files = [("package/index.js", $"{number}")] }
                .PublishAsync(node.App, tokens[number]));

            var winner = Assert.Single(Enumerable.Range(0, 2), number => answers[number].StatusCode == HttpStatusCode.Created);
            await answers[1 - winner].ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "version-exists");
            Assert.Equal(1, await nodes.First.App.ReadAsync(db => db.PackageOwners.CountAsync(
                owner => db.Packages.Any(found => found.Id == owner.PackageId && found.Name == package))));
        }
    }

    [Theory]
    [InlineData("@acme/*")]
    [InlineData("@acme/hello")]
    public async Task The_same_policy_written_many_times_at_once_is_written_once(string target)
    {
        await using var nodes = await NodesAsync();

        var answers = await nodes.AtOnceAsync(8, (node, _) => node.WritePolicyAsync(PolicyRequest.Github(target)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        Assert.Equal(1, await nodes.First.App.ReadAsync(db => db.TrustPolicies.CountAsync()));
    }

    [Fact]
    public async Task Of_many_edits_of_one_policy_at_once_one_takes_its_place()
    {
        await using var nodes = await NodesAsync();
        var id = await nodes.First.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));

        var answers = await nodes.AtOnceAsync(6, (node, number) => node.EditPolicyAsync(
            id, PolicyRequest.Github(with: policy => policy["fields"]!["workflow"] = $"publish-{number}.yml")));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(5, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        Assert.Equal(1, await nodes.First.App.ReadAsync(db => db.TrustPolicies.CountAsync(row => row.EndsAt == null)));
    }

    // A token minted beside the end of its policy must be dead, or never have been minted.
    [Fact]
    public async Task Exchanges_beside_the_end_of_their_policy_leave_no_live_token()
    {
        await using var nodes = await NodesAsync();

        for (var round = 0; round < 4; round++)
        {
            var package = $"@acme/ending-{round}";
            var id = await nodes.First.WrittenPolicyAsync(PolicyRequest.Github(package));
            var identityTokens = Enumerable.Range(0, 12).Select(_ => nodes.First.Github()).ToArray();

            await nodes.AtOnceAsync(12, (node, number) => number == 5 ? node.EndPolicyAsync(id) : node.ExchangeAsync(identityTokens[number], package));

            Assert.Equal(0, await nodes.First.App.ReadAsync(db => db.PublishTokens.CountAsync(row => row.Names == package && row.RevokedAt == null)));
        }
    }

    // The name is released or published, never half of each.
    [Fact]
    public async Task A_first_publish_beside_the_release_of_its_name_keeps_the_name_or_is_refused()
    {
        await using var nodes = await NodesAsync("--Assay:TrustedPublishing:ReservationDays=1", "--Assay:TrustedPublishing:UnpinnedDays=1");

        for (var round = 0; round < 4; round++)
        {
            var package = $"@acme/releasing-{round}";
            await nodes.First.WrittenPolicyAsync(PolicyRequest.Github(package));
            await nodes.First.ExchangedAsync(nodes.First.Github(), package);
            foreach (var node in nodes.Each)
            {
                node.App.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
            }
            var token = await nodes.First.ExchangedAsync(nodes.First.Github(), package);
            foreach (var node in nodes.Each)
            {
                node.App.Clock.Advance(TimeSpan.FromSeconds(2));
            }

            var publish = Task.Run(() => nodes.First.PublishAsync(token, "1.0.0", package));
            var release = Task.Run(() => nodes.Second.App.Services.GetRequiredService<Reservations>().ReleaseUnusedAsync(CancellationToken.None));
            await Task.WhenAll(publish, release);

            var isPublished = (await publish).StatusCode == HttpStatusCode.Created;
            Assert.Equal(isPublished, await nodes.First.App.ReadAsync(db => db.Packages.AnyAsync(row => row.Name == package)));
            Assert.Equal(isPublished ? 1 : 0, (await nodes.First.VersionsAsync(package)).Count);
        }
    }

    private protected abstract Task<Nodes> NodesAsync(params string[] configuration);

    /// <summary>The same registry through two doors, which may be one.</summary>
    private protected sealed record Nodes(TrustWorld First, TrustWorld Second) : IAsyncDisposable
    {
        public IEnumerable<TrustWorld> Each => ReferenceEquals(First, Second) ? [First] : [First, Second];

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
    private protected override async Task<Nodes> NodesAsync(params string[] configuration)
    {
        var world = await TrustWorld.StartAsync(configuration);
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

        await (await nodes.Second.PublishAsync(token, "1.0.0")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "policy-changed");
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

    [Fact]
    public async Task What_was_granted_at_one_node_is_not_read_at_the_other_once_its_reason_has_gone()
    {
        await using var nodes = await NodesAsync();
        await nodes.First.PublishedByMemberAsync("1.0.0");
        var policy = await new TestPolicy(TrustActions.Read) { Target = "@acme/*" }.AddToAsync(nodes.First);
        var token = await nodes.First.AskedAsync(nodes.First.Github(), "read", "@acme/*");
        await (await nodes.Second.ReadAsync(token)).ShouldBeReadAsync();

        await nodes.First.TrustGithubAsync();
        using var shutOut = await nodes.Second.ReadAsync(token);
        await nodes.First.CommitAsync(commit => RevokeTokens.OfPolicyAsync(commit, policy, CancellationToken.None));
        using var dead = await nodes.Second.ReadAsync(token);

        Assert.Equal(HttpStatusCode.NotFound, shutOut.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, dead.StatusCode);
    }

    private protected override async Task<Nodes> NodesAsync(params string[] configuration)
    {
        var connection = await cluster.CreateMigratedAsync();
        string[] shared = ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={connection};Maximum Pool Size=20", .. configuration];
        var first = await TrustWorld.StartAsync(shared);
        return new Nodes(first, await first.JoinAsync(shared));
    }
}
