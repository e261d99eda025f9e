using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.Packages.Locks;
using Assay.Server.Tests.Packages.Staging;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>Whoever took over one account gives an accomplice a role and agrees with them: not so soon.</summary>
public sealed class SecondOwnerNewcomerTests : IAsyncLifetime
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private TrustWorld world = null!;
    private string alice = null!;
    private Approver carol = null!;

    private RegistryApp App => world.App;

    public async ValueTask InitializeAsync()
    {
        world = await TrustWorld.StartAsync();
        alice = await App.SignedInAsync("alice");
        await App.OrganisationAsync("acme", "alice");
        await App.PublishedAsync(alice, new TestPackage(TrustWorld.Package, "0.1.0"));
        carol = await App.ApproverAsync("carol");
        await App.OperatorDemandsAsync("@acme", Demanding.Second);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Theory]
    [InlineData("owner")]
    [InlineData("admin of the organisation")]
    [InlineData("raised in the organisation")]
    [InlineData("added to a team")]
    [InlineData("in a team that is given more")]
    public async Task Who_was_given_a_role_just_now_is_no_second_person_until_a_day_has_passed(string how)
    {
        await GiveAsync(how);
        var early = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package), alice);

        var refused = await (await AgreeAsync(carol, early)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "second-person-needed");
        App.Clock.Advance(Day);
        await (await AgreeAsync(carol, early)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "second-person-needed");
        await (await App.PostAsync($"/-/assay/v1/policies/{early}/withdraw", alice, null)).ShouldBeAsync(HttpStatusCode.OK);
        var later = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package), alice);
        await (await AgreeAsync(carol, later)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Contains("24 hours", refused, StringComparison.Ordinal);
        Assert.True(await world.GrantsAsync());
    }

    [Fact]
    public async Task Inheriting_takes_somebody_who_was_there_too()
    {
        await GiveAsync("owner");
        var path = $"/-/assay/v1/package/{TrustWorld.Escape(TrustWorld.Package)}/inheritance";
        await (await App.PutAsync(path, alice, new JsonObject { ["inherits"] = true })).ShouldBeAsync(HttpStatusCode.OK);

        await (await App.WithCodeAsync(HttpMethod.Post, $"{path}/agree", carol.Token, carol.Factor.NextCode())).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "second-person-needed");
    }

    [Fact]
    public async Task An_older_role_counts_whatever_else_was_given_since()
    {
        await GiveAsync("admin of the organisation");
        App.Clock.Advance(Day);
        await GiveAsync("owner");
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package), alice);

        await (await AgreeAsync(carol, id)).ShouldBeAsync(HttpStatusCode.OK);
    }

    private async Task GiveAsync(string how)
    {
        switch (how)
        {
            case "owner":
                await (await App.PutAsync($"/-/package/{TrustWorld.Escape(TrustWorld.Package)}/owners", alice, new JsonObject { ["user"] = "carol" })).ShouldBeAsync(HttpStatusCode.OK);
                break;
            case "admin of the organisation":
                await SetMemberAsync("admin");
                break;
            case "raised in the organisation":
                await SetMemberAsync("developer");
                App.Clock.Advance(Day);
                await SetMemberAsync("admin");
                break;
            case "added to a team":
                await SetMemberAsync("developer");
                await App.TeamAsync(alice, "acme", "core");
                await App.GrantedAsync(alice, "acme", "core", TrustWorld.Package, "admin");
                App.Clock.Advance(Day);
                await (await App.PutAsync("/-/team/acme/core/user", alice, new JsonObject { ["user"] = "carol" })).ShouldBeAsync(HttpStatusCode.Created);
                break;
            default:
                await SetMemberAsync("developer");
                await App.TeamAsync(alice, "acme", "core", "carol");
                await App.GrantedAsync(alice, "acme", "core", TrustWorld.Package, "read-only");
                App.Clock.Advance(Day);
                await App.GrantedAsync(alice, "acme", "core", TrustWorld.Package, "admin");
                break;
        }
    }

    private async Task SetMemberAsync(string role) => await (await App.SetMemberAsync(alice, "acme", "carol", role)).ShouldBeAsync(HttpStatusCode.Created);

    private Task<HttpResponseMessage> AgreeAsync(Approver second, string id) =>
        App.WithCodeAsync(HttpMethod.Post, $"/-/assay/v1/policies/{id}/agree", second.Token, second.Factor.NextCode());
}
