using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Hosting;

/// <summary>What the registry measures of itself.</summary>
public sealed class MeasuringTests
{
    [Fact]
    public async Task Exchanges_and_publishes_by_ci_are_counted_by_how_they_end()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        using var measured = Measurements.Of(world.App);

        await world.PublishFromGithubAsync("1.0.0");
        using var refused = await world.ExchangeAsync(world.Github(new JsonObject { ["repository"] = "mallory/hello", ["repository_id"] = "1" }));
        using var malformed = await world.App.SendAsync(HttpMethod.Post, $"/-/npm/v1/oidc/token/exchange/package/{TrustWorld.Escape(TrustWorld.Package)}", "nonsense");

        Assert.Equal(1, measured.Sum("assay.exchanges", "outcome=granted"));
        Assert.Equal(1, measured.Sum("assay.exchanges", "outcome=refused", "code=no-matching-policy"));
        Assert.Equal(1, measured.Sum("assay.exchanges", "outcome=refused", "code=malformed-token"));
        Assert.Equal(1, measured.Sum("assay.publishes", "kind=trusted", "outcome=stored"));
        Assert.Equal(3, measured.All.Count(one => one.Instrument == "assay.exchange.duration"));
    }

    [Fact]
    public async Task Publishes_of_people_are_counted_with_the_code_of_their_refusal()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        using var measured = Measurements.Of(app);
        var package = new TestPackage("x", "1.0.0");

        await app.PublishedAsync(alice, package);
        await (await (package with { Files = [] }).PublishAsync(app, alice)).ShouldBeAsync(HttpStatusCode.Forbidden);
        await (await package.PublishAsync(app, token: null)).ShouldBeAsync(HttpStatusCode.Unauthorized);

        Assert.Equal(1, measured.Sum("assay.publishes", "kind=person", "outcome=stored"));
        Assert.Equal(1, measured.Sum("assay.publishes", "kind=person", "outcome=refused", "code=version-exists"));
        Assert.Equal(1, measured.Sum("assay.publishes", "kind=nobody", "outcome=refused", "code=authentication-required"));
        Assert.Equal(1, measured.Sum("assay.blobs.stored"));
        Assert.Equal(package.Tarball().Length, measured.Sum("assay.blobs.stored.size"));
    }

    [Fact]
    public async Task Reads_are_counted_by_whether_they_came_from_memory()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));
        using var measured = Measurements.Of(app);

        for (var time = 0; time < 3; time++)
        {
            await (await app.GetAsync("/x/-/x-1.0.0.tgz", alice)).ShouldBeReadAsync();
        }

        Assert.Equal((1, 2), (measured.Sum("assay.downloads", "memory=miss"), measured.Sum("assay.downloads", "memory=hit")));
        Assert.Equal((1, 2), (measured.Sum("assay.documents", "memory=miss"), measured.Sum("assay.documents", "memory=hit")));
    }

    [Fact]
    public async Task Commits_and_the_log_are_measured()
    {
        await using var app = await RegistryApp.StartAsync();
        using var measured = Measurements.Of(app);

        await app.SignedInAsync("alice");

        // Regular work may share a group with what is done here.
        Assert.Equal(measured.All.Count(one => one.Instrument == "assay.commit.duration"), measured.All.Count(one => one.Instrument == "assay.commit.group.size"));
        Assert.InRange(measured.Sum("assay.commit.group.size"), measured.All.Count(one => one.Instrument == "assay.commit.duration"), 10);
        Assert.Equal(await app.ReadAsync(db => db.LogLeaves.CountAsync()), measured.Observed("assay.log.size"));
    }

    [Fact]
    public async Task Nothing_says_whose_or_what_it_was()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        using var measured = Measurements.Of(world.App);

        await world.PublishFromGithubAsync("1.0.0");
        await world.App.PackumentAsync(world.Administrator, TrustWorld.Package);

        Assert.All(measured.All.SelectMany(one => one.Tags), tag => Assert.Matches("^(kind|outcome|code|memory)=[a-z-]+$", tag));
    }
}
