using System.Net;
using Assay.Server.Data.Rows;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing.Incidents;

/// <summary>Two nodes on one PostgreSQL database: what is done at one holds at the other with the very next request.</summary>
public sealed class IncidentNodesTests(PostgresCluster cluster)
{
    [Fact]
    public async Task A_freeze_at_one_node_stops_the_other_and_lifting_it_sets_it_going()
    {
        await using var nodes = await NodesAsync();
        var (first, second) = (nodes.First, nodes.Second);

        foreach (var what in new[] { Select.Package(), Select.Scope(), Select.Issuer(), Select.Project(), Select.Workflow() })
        {
            var token = await second.ExchangedAsync(first.Github());
            await (await second.App.GetAsync("/@acme%2fhello", token)).ShouldBeReadAsync();

            var freeze = await first.FrozenAsync(what);

            await (await second.PublishAsync(token, "7.0.0")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publishing-frozen");
            await (await second.ExchangeAsync(first.Github())).ShouldExplainAsync(HttpStatusCode.Unauthorized, "publishing-frozen");
            await (await first.LiftAsync(freeze)).ShouldBeAsync(HttpStatusCode.OK);
            await second.ExchangedAsync(first.Github());
        }
    }

    [Theory]
    [InlineData(FreezeRow.OfPackage, TrustWorld.Package, "", "")]
    [InlineData(FreezeRow.OfWorkflow, "github", Select.ProjectId, "publish.yml")]
    public async Task A_freeze_that_slips_in_before_the_publishes_commit_still_stops_it(string kind, string subject, string project, string workflow)
    {
        await using var nodes = await NodesAsync();
        var token = await nodes.Second.ExchangedAsync(nodes.First.Github());
        await nodes.First.FreezeUnnoticedAsync(new FreezeRow { Kind = kind, Subject = subject, ProjectId = project, Workflow = workflow, Reason = "why" });

        await (await nodes.Second.PublishAsync(token, "7.0.0")).ShouldExplainAsync(HttpStatusCode.Forbidden, "publishing-frozen");
    }

    [Fact]
    public async Task What_one_node_quarantines_the_other_hides_and_gives_back_the_same()
    {
        await using var nodes = await NodesAsync();
        var second = await nodes.First.App.SignedInAsync("second", isAdministrator: true);
        var before = await ReadAllAsync(nodes.Second);

        var incident = await nodes.First.DeclaredAsync(Select.Run("101"));

        Assert.Equal(["1.0.0"], await nodes.Second.VisibleAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await nodes.Second.App.GetAsync("/@acme/hello/-/hello-1.1.0.tgz", second)).StatusCode);
        Assert.Equal("""{"latest":"1.0.0"}""", await TextAsync(nodes.Second, "/-/package/@acme%2fhello/dist-tags"));
        await (await nodes.Second.UndoAsync(incident, second)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(before, await ReadAllAsync(nodes.First));
        Assert.Equal(before, await ReadAllAsync(nodes.Second));
    }

    [Fact]
    public async Task Every_kind_of_selection_finds_what_it_means()
    {
        await using var nodes = await NodesAsync();
        var (first, now) = (nodes.First, nodes.First.App.Clock.GetUtcNow());
        await first.App.PublishedAsync(first.Administrator, new TestPackage("@acme/roots", "1.0.0"));

        Assert.Equal(["@acme/hello@1.1.0"], (await first.PreviewedAsync(Select.Run("101"))).Versions());
        Assert.Equal(["@acme/hello@1.0.0", "@acme/hello@1.1.0"], (await first.PreviewedAsync(Select.Project())).Versions());
        Assert.Equal(["@acme/hello@1.0.0", "@acme/hello@1.1.0"], (await first.PreviewedAsync(Select.Issuer())).Versions());
        Assert.Equal(["@acme/roots@1.0.0"], (await first.PreviewedAsync(Select.Person("root"))).Versions());
        Assert.Equal(3, (await first.PreviewedAsync(Select.Window(now, now.AddSeconds(1)))).Versions().Count);
        Assert.Empty((await first.PreviewedAsync(Select.Issuer().Within(now.AddSeconds(1), now.AddSeconds(2)))).Versions());
    }

    [Fact]
    public async Task A_persons_tokens_die_on_every_node_and_each_is_recorded()
    {
        await using var nodes = await NodesAsync();
        var alice = await nodes.First.App.SignedInAsync("alice");
        await (await nodes.Second.App.GetAsync("/-/whoami", alice)).ShouldBeReadAsync();

        var incident = await nodes.First.DeclaredAsync(Select.Person("alice"));

        await (await nodes.Second.App.GetAsync("/-/whoami", alice)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected");
        Assert.Equal(1, await nodes.First.App.ReadAsync(db => db.AuditEvents.CountAsync(row => row.Action == "token.revoked" && row.Detail == incident)));
    }

    // What was declared is what was previewed, whatever is published at the other node in that very moment.
    [Fact]
    public async Task A_publish_beside_a_declaration_is_either_before_it_and_makes_it_stale_or_after_it()
    {
        await using var nodes = await NodesAsync();
        var second = await nodes.First.App.SignedInAsync("second", isAdministrator: true);

        for (var round = 0; round < 12; round++)
        {
            var version = $"2.{round}.0";
            var token = await nodes.Second.ExchangedAsync(nodes.First.Github());
            var preview = await nodes.First.PreviewedAsync(Select.Project());
            await Task.WhenAll(
                Task.Run(async () => await (await nodes.Second.PublishAsync(token, version)).Content.ReadAsStringAsync()),
                Task.Run(() => nodes.First.DeclareAsync(Select.Project(), (string?)preview["preview"])));

            var incident = await nodes.First.App.ReadAsync(db => db.Incidents.SingleOrDefaultAsync(row => row.UndoneAt == null));
            var hidden = await nodes.First.App.ReadAsync(db => db.Versions.Where(row => row.QuarantinedBy != null).Select(row => "@acme/hello@" + row.Version).ToListAsync());
            Assert.Equal(incident is null ? [] : preview.Versions(), hidden.Order(StringComparer.Ordinal));
            if (incident is not null)
            {
                await (await nodes.Second.UndoAsync(incident.Id, second)).ShouldBeAsync(HttpStatusCode.OK);
            }
        }
    }

    private async Task<Nodes> NodesAsync()
    {
        var connection = await cluster.CreateMigratedAsync();
        string[] shared = ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={connection};Maximum Pool Size=20"];
        var first = await TrustWorld.StartAsync(shared);
        await first.TrustGithubAsync();
        await first.PublishFromRunAsync("100", "1.0.0");
        await first.PublishFromRunAsync("101", "1.1.0");
        return new Nodes(first, await first.JoinAsync(shared));
    }

    private static async Task<string> ReadAllAsync(TrustWorld node) => string.Join('\n',
        await TextAsync(node, "/@acme%2fhello"), await TextAsync(node, "/@acme%2fhello/latest"), await TextAsync(node, "/-/package/@acme%2fhello/dist-tags"));

    // The nodes have public addresses of their own here.
    private static async Task<string> TextAsync(TrustWorld node, string path) =>
        (await (await node.App.GetAsync(path, node.Administrator)).Content.ReadAsStringAsync())
            .Replace($"{node.App.Url.Port}", "port", StringComparison.Ordinal);

    private sealed record Nodes(TrustWorld First, TrustWorld Second) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Second.DisposeAsync();
            await First.DisposeAsync();
        }
    }
}
