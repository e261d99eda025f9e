using System.Net;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Packages;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Server.TrustedPublishing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Upstream;

/// <summary>Dependency confusion: whatever an upstream offers, nobody sees it under a name that is ours; and no name of others becomes ours unnoticed.</summary>
public sealed class OwnedNamesTests
{
    private const string Higher = "99.0.0";

    [Fact]
    public async Task A_higher_version_of_a_name_of_ours_is_never_seen()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("internal-tool", "1.0.0"));
        foreign.Add(new TestPackage("internal-tool", Higher));

        var document = await app.PackumentAsync(alice, "internal-tool");

        Assert.Equal(["1.0.0"], document["versions"].Keys());
        await ShouldNotBeServedAsync(app, foreign, alice, "internal-tool");
    }

    [Fact]
    public async Task A_name_in_a_scope_of_ours_is_never_seen()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.OwnNameAsync("@acme");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        foreign.Add(new TestPackage("@acme/forgotten", Higher));

        await ShouldNotBeServedAsync(app, foreign, alice, "@acme/forgotten");
    }

    [Fact]
    public async Task A_scope_that_was_ours_before_there_was_an_upstream_stays_ours()
    {
        using var folder = new TemporaryFolder();
        await using var foreign = await ForeignRegistry.StartAsync();
        string alice;
        await using (var before = await RegistryApp.StartAsync(dataDirectory: folder.Path))
        {
            alice = await before.SignedInAsync("alice");
            await before.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        }
        await using var app = await RegistryApp.StartAsync(foreign.Settings, folder.Path);
        foreign.Add(new TestPackage("@acme/y", Higher));

        await ShouldNotBeServedAsync(app, foreign, alice, "@acme/y");
        await app.PublishedAsync(alice, new TestPackage("@acme/z", "1.0.0"));
    }

    [Fact]
    public async Task An_unpublished_name_is_never_seen()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("gone", "1.0.0"));
        var revision = (string?)(await app.PackumentAsync(alice, "gone"))["_rev"];
        using var unpublished = await app.DeleteAsync($"/gone/-rev/{revision}", alice);
        await unpublished.ShouldBeAsync(HttpStatusCode.OK);
        foreign.Add(new TestPackage("gone", Higher));

        using var document = await app.GetAsync("/gone", alice);

        Assert.DoesNotContain(Higher, await document.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await ShouldNotBeServedAsync(app, foreign, alice, "gone");
    }

    [Fact]
    public async Task A_name_whose_versions_are_quarantined_is_never_seen()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("held", "1.0.0"));
        Assert.True(PackageName.TryParse("held", out var name));
        await app.Services.GetRequiredService<CommitQueue>().RunAsync(async (commit, stop) =>
        {
            commit.Changed(PackageDocuments.ChangeKey(name));
            return await commit.Db.Versions.ExecuteUpdateAsync(row => row.SetProperty(version => version.QuarantinedBy, "INC-1"), stop);
        }, CancellationToken.None);
        foreign.Add(new TestPackage("held", Higher));

        await ShouldNotBeServedAsync(app, foreign, alice, "held");
    }

    [Fact]
    public async Task A_name_that_a_policy_reserves_is_never_seen()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        await using var world = await TrustWorld.StartAsync(foreign.Settings);
        await world.TrustGithubAsync("reserved-name");
        foreign.Add(new TestPackage("reserved-name", Higher));

        await ShouldNotBeServedAsync(world.App, foreign, world.Administrator, "reserved-name");
    }

    [Fact]
    public async Task A_name_that_others_have_does_not_become_ours_by_publishing()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        var facts = await app.FactsAsync();

        using var answer = await new TestPackage("left-pad", Higher).PublishAsync(app, alice);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "name-exists-upstream");
        Assert.Equal(facts, await app.FactsAsync());
        Assert.DoesNotContain(app.StoredFiles(), file => file.Contains("/staging/", StringComparison.Ordinal));
        Assert.Equal(["1.0.0"], (await app.PackumentAsync(alice, "left-pad"))["versions"].Keys());
    }

    [Fact]
    public async Task A_name_that_others_have_becomes_ours_by_an_operators_act()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.PackumentAsync(alice, "left-pad");

        await app.OwnNameAsync("left-pad");
        await app.PublishedAsync(alice, new TestPackage("left-pad", "2.0.0"));

        Assert.Equal(["2.0.0"], (await app.PackumentAsync(alice, "left-pad"))["versions"].Keys());
    }

    [Fact]
    public async Task A_scope_takes_an_operators_act_because_nobody_can_be_asked_whether_it_exists()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("@types/node", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        using var answer = await new TestPackage("@types/internal", "1.0.0").PublishAsync(app, alice);

        Assert.Contains("./run admin name own @types", await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "scope-not-owned"), StringComparison.Ordinal);
        await app.PackumentAsync(alice, "@types/node");
    }

    [Fact]
    public async Task One_name_of_a_scope_can_be_ours_while_the_scope_stays_theirs()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("@types/node", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.OwnNameAsync("@types/internal");

        await app.PublishedAsync(alice, new TestPackage("@types/internal", "1.0.0"));

        await app.PackumentAsync(alice, "@types/node");
    }

    [Fact]
    public async Task A_new_name_may_be_taken_when_its_upstream_does_not_know_it()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");

        await app.PublishedAsync(alice, new TestPackage("brand-new", "1.0.0"));

        Assert.Equal(1, foreign.Asked("/brand-new"));
    }

    [Fact]
    public async Task When_the_upstream_cannot_be_asked_the_answer_is_no()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        await using var app = await RegistryApp.StartAsync([.. foreign.Settings, "--Assay:Upstream:AnswerSeconds=1"]);
        var alice = await app.SignedInAsync("alice");
        foreign.Instead = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };

        using var answer = await new TestPackage("brand-new", "1.0.0").PublishAsync(app, alice);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "upstream-cannot-be-asked");
    }

    [Fact]
    public async Task A_policy_does_not_make_a_name_ours_that_others_have()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var world = await TrustWorld.StartAsync(foreign.Settings);

        using var answer = await world.TrustAsync("left-pad", TrustRequest.Github("octo-org/octo-repo"));

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "name-exists-upstream");
        await world.App.PackumentAsync(world.Administrator, "left-pad");
    }

    [Fact]
    public async Task A_name_that_is_free_in_part_of_a_scope_does_not_take_what_others_have_of_it()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("@shared/pub-x", "1.0.0"));
        await using var app = await RegistryApp.StartAsync([.. foreign.Settings, "--Assay:Upstream:Registries:npm:Names:0=@shared/pub*"]);
        var alice = await app.SignedInAsync("alice");

        await app.PublishedAsync(alice, new TestPackage("@shared/ours", "1.0.0"));

        await app.PackumentAsync(alice, "@shared/pub-x");
    }

    [Fact]
    public async Task A_reserved_name_that_is_given_up_does_not_fall_to_whoever_took_it_elsewhere()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        await using var world = await TrustWorld.StartAsync(foreign.Settings);
        await world.TrustGithubAsync("given-up");
        foreign.Add(new TestPackage("given-up", Higher));
        world.App.Clock.Advance(TimeSpan.FromDays(29));
        world.App.Clock.Advance(TimeSpan.FromDays(2));

        await world.App.Services.GetRequiredService<Reservations>().ReleaseUnusedAsync(CancellationToken.None);

        Assert.Equal(0, await world.App.ReadAsync(db => db.Packages.CountAsync(row => row.Name == "given-up")));
        var alice = await world.App.SignedInAsync("alice");
        await ShouldNotBeServedAsync(world.App, foreign, alice, "given-up");
    }

    [Fact]
    public async Task That_a_name_was_free_a_moment_ago_is_not_relied_on_when_it_is_taken()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        (await app.GetAsync("/brand-new", alice)).Dispose();
        foreign.Add(new TestPackage("brand-new", "1.0.0"));

        using var answer = await new TestPackage("brand-new", Higher).PublishAsync(app, alice);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "name-exists-upstream");
    }

    [Fact]
    public async Task What_is_released_is_theirs_again_but_never_a_name_with_a_package()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("@acme/theirs", "1.0.0"));
        foreign.Add(new TestPackage("@acme/ours", Higher));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.OwnNameAsync("@acme");
        await app.PublishedAsync(alice, new TestPackage("@acme/ours", "1.0.0"));

        await app.CommandAsync("/name/release", new JsonObject { ["name"] = "@acme" });

        await app.PackumentAsync(alice, "@acme/theirs");
        await ShouldNotBeServedAsync(app, foreign, alice, "@acme/ours");
    }

    private static async Task ShouldNotBeServedAsync(RegistryApp app, ForeignRegistry foreign, string token, string name)
    {
        foreign.Document(name)["versions"]![Higher]!["dist"]!["attestations"] = new JsonObject { ["url"] = "https://elsewhere.example/a", ["provenance"] = new JsonObject() };
        foreign.Serve($"/-/npm/v1/attestations/{name}@{Higher}", """{"attestations":[{"predicateType":"p","bundle":{}}]}"""u8.ToArray());
        var asked = foreign.Requests.Count;
        var escaped = name.Replace("/", "%2f", StringComparison.Ordinal);
        string[] paths = [$"/{escaped}", $"/{name}/{Higher}", $"/{name}/-/{name.Split('/')[^1]}-{Higher}.tgz", $"/-/npm/v1/attestations/{escaped}@{Higher}"];
        foreach (var path in paths)
        {
            using var answer = await app.GetAsync(path, token);
            Assert.DoesNotContain(Higher, (await answer.JsonAsync())["versions"]?.ToJsonString() ?? "", StringComparison.Ordinal);
            Assert.True(path == paths[0] || answer.StatusCode == HttpStatusCode.NotFound, $"{path} answered {answer.StatusCode}");
        }
        // Not even the name is told to anybody.
        Assert.Equal(asked, foreign.Requests.Count);
    }
}
