using System.Net;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Server.TrustedPublishing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>Names that policies hold before anything was published.</summary>
public sealed class ReservationTests
{
    [Fact]
    public async Task The_first_publish_keeps_the_reserved_package_and_its_owner()
    {
        await using var world = await StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package));
        var reserved = await RowAsync(world);

        await world.PublishFromGithubAsync("1.0.0");

        Assert.Equal(reserved, await RowAsync(world));
        Assert.Equal(1, await world.App.ReadAsync(db => db.PackageOwners.CountAsync()));
    }

    [Fact]
    public async Task A_name_that_nothing_was_ever_published_under_is_released_with_its_policies()
    {
        await using var world = await StartAsync();
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package));
        await ReleaseAsync(world, days: 29);
        Assert.NotNull(await RowAsync(world));

        await ReleaseAsync(world, days: 1);

        Assert.Null(await RowAsync(world));
        Assert.Equal("ended", (string?)(await world.PolicyAsync(id))["state"]);
        var released = await world.App.ReadAsync(db => db.AuditEvents.SingleAsync(row => row.Action == "name.released"));
        Assert.Equal((TrustWorld.Package, id), (released.Subject, released.Detail));
        var member = await world.App.SignedInAsync("member");
        await (await world.PublishAsync(member, "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Rearming_keeps_the_name_for_another_while()
    {
        await using var world = await StartAsync();
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package));
        world.App.Clock.Advance(TimeSpan.FromDays(20));
        await (await world.RearmAsync(id)).ShouldBeAsync(HttpStatusCode.OK);

        await ReleaseAsync(world, days: 20);

        Assert.NotNull(await RowAsync(world));
        Assert.Single(await world.ListedAsync());
        await ReleaseAsync(world, days: 11);
        Assert.Null(await RowAsync(world));
    }

    // Even if all of it was unpublished: the name stays with its last owners.
    [Fact]
    public async Task A_name_that_once_had_a_version_is_never_released()
    {
        await using var world = await StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package));
        await world.PublishFromGithubAsync("1.0.0");
        var row = await RowAsync(world);
        var revision = await world.App.ReadAsync(db => db.Packages.Select(package => $"{package.Revision}-{package.Id}").SingleAsync());
        await (await world.App.DeleteAsync($"/@acme%2fhello/-rev/{revision}", world.Administrator)).ShouldBeAsync(HttpStatusCode.OK);

        await ReleaseAsync(world, days: 400);

        Assert.Equal(row, await RowAsync(world));
        Assert.Empty(await world.App.ReadAsync(db => db.AuditEvents.Where(entry => entry.Action == "name.released").ToListAsync()));
    }

    [Fact]
    public async Task A_deny_keeps_the_name()
    {
        await using var world = await StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package));
        var deny = await world.WrittenPolicyAsync(PolicyRequest.Deny(TrustWorld.Package));

        await ReleaseAsync(world, days: 60);

        Assert.NotNull(await RowAsync(world));
        Assert.Equal("in-force", (string?)(await world.PolicyAsync(deny))["state"]);
    }

    [Fact]
    public async Task A_deny_for_a_name_that_does_not_exist_reserves_nothing()
    {
        await using var world = await StartAsync();

        await world.WrittenPolicyAsync(PolicyRequest.Deny(TrustWorld.Package));

        Assert.Null(await RowAsync(world));
    }

    [Fact]
    public async Task The_time_is_the_operators_choice_and_never_shorter_than_a_policy_may_wait()
    {
        await using var world = await StartAsync("--Assay:TrustedPublishing:ReservationDays=3", "--Assay:TrustedPublishing:UnpinnedDays=10");
        await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package));

        await ReleaseAsync(world, days: 9);
        Assert.NotNull(await RowAsync(world));

        await ReleaseAsync(world, days: 2);
        Assert.Null(await RowAsync(world));
    }

    /// <summary>With access tokens that outlive the test's clock.</summary>
    private static Task<TrustWorld> StartAsync(params string[] configuration) =>
        TrustWorld.StartAsync(["--Assay:Identity:AccessTokenDays=365", .. configuration]);

    private static Task<long?> RowAsync(TrustWorld world) =>
        world.App.ReadAsync(db => db.Packages.Where(row => row.Name == TrustWorld.Package).Select(row => (long?)row.Id).SingleOrDefaultAsync());

    private static Task ReleaseAsync(TrustWorld world, int days)
    {
        world.App.Clock.Advance(TimeSpan.FromDays(days) + TimeSpan.FromSeconds(1));
        return world.App.Services.GetRequiredService<Reservations>().ReleaseUnusedAsync(CancellationToken.None);
    }
}
