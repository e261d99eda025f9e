using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.Notifications;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Packages.Locks;

/// <summary>Setting demands: they begin at once, and end after a while.</summary>
public sealed class DemandTests
{
    private const string Package = "@acme/x";

    public static TheoryData<string> Kinds => [Demanding.Passkey, Demanding.Second];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_demand_holds_at_once_and_is_shown_with_who_said_it(string kind)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await OwnerAsync(app);

        var shown = await app.DemandedAsync(alice, Package, kind);

        Assert.True((bool)shown[kind]!);
        Assert.Equal((true, "package", "alice", null), Told(shown, kind));
        Assert.Equal("2fa-or-oidc", (string?)shown["holds"]);
        Assert.Equal([$"demand.set @acme/x by alice: {kind} on, was off"], await app.RecordedAsync("demand."));
        Assert.Equal(1, await app.ReadAsync(db => db.LogLeaves.CountAsync(row => row.Package == Package && row.Kind == "policy")));
    }

    [Fact]
    public async Task An_end_waits_a_day_and_says_so()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await OwnerAsync(app);
        await app.DemandedAsync(alice, Package, Demanding.Second);
        var end = app.Clock.GetUtcNow().AddHours(24);

        using var answer = await app.PutAsync(Locking.PathOf(Package), alice, Demanding.Demand(Demanding.Second, false));

        var shown = await answer.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal((true, "package", "alice", end.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'")), Told(shown, Demanding.Second));
        Assert.Contains("only from", answer.Notice(), StringComparison.Ordinal);
        app.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        Assert.True(await HoldsAsync(app, alice, Package, Demanding.Second));
        app.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(await HoldsAsync(app, alice, Package, Demanding.Second));
        Assert.StartsWith("demand.loosening @acme/x by alice: secondOwner off from ", (await app.RecordedAsync("demand."))[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asking_again_does_not_shorten_the_wait_and_setting_what_holds_takes_it_back()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await OwnerAsync(app);
        await app.DemandedAsync(alice, Package, Demanding.Second);
        var first = await app.DemandedAsync(alice, Package, Demanding.Second, isOn: false);
        app.Clock.Advance(TimeSpan.FromHours(12));

        var again = await app.DemandedAsync(alice, Package, Demanding.Second, isOn: false);
        var kept = await app.DemandedAsync(alice, Package, Demanding.Second);

        Assert.Equal(Told(first, Demanding.Second), Told(again, Demanding.Second));
        Assert.Null(Told(kept, Demanding.Second).EndsAt);
        app.Clock.Advance(TimeSpan.FromHours(48));
        Assert.True(await HoldsAsync(app, alice, Package, Demanding.Second));
        Assert.Equal(["demand.set", "demand.loosening", "demand.kept"], (await app.RecordedAsync("demand.")).Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task What_ended_begins_anew_and_is_not_over_already()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await OwnerAsync(app);
        await app.DemandedAsync(alice, Package, Demanding.Second);
        await app.DemandedAsync(alice, Package, Demanding.Second, isOn: false);
        app.Clock.Advance(TimeSpan.FromDays(2));

        await app.DemandedAsync(alice, Package, Demanding.Second);

        Assert.True(await HoldsAsync(app, alice, Package, Demanding.Second));
    }

    [Fact]
    public async Task A_scope_s_demand_holds_for_its_packages_and_is_said_by_those_who_administer_the_scope()
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var alice = await OwnerAsync(app);

        await app.DemandedAsync(root, "@acme", Demanding.Passkey);

        var shown = await app.LockOfAsync(alice, Package);
        Assert.False((bool)shown[Demanding.Passkey]!);
        Assert.Equal((true, "scope", "root", null), Told(shown, Demanding.Passkey));
        await (await app.PutAsync(Locking.PathOf("@acme"), alice, Demanding.Demand(Demanding.Passkey, true))).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "scope-not-found");
    }

    [Fact]
    public async Task Lock_and_demands_are_set_in_one_act_or_each_by_itself()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await OwnerAsync(app);

        var shown = await (await app.PutAsync(Locking.PathOf(Package), alice, new JsonObject { ["lock"] = "oidc-only", [Demanding.Second] = true })).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(("oidc-only", true, false), ((string?)shown["lock"], (bool)shown[Demanding.Second]!, (bool)shown[Demanding.Passkey]!));
        Assert.Contains("'oidc-only'", (string)shown["notice"]!, StringComparison.Ordinal);
        Assert.Contains("secondOwner", (string)shown["notice"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"phishingResistant":"on"}""")]
    [InlineData("""{"secondOwner":null}""")]
    [InlineData("""{"lock":"oidc-only","secondOwner":1}""")]
    [InlineData("""{"lock":"none","secondOwner":true}""")]
    [InlineData("""{"phishing-resistant":true}""")]
    [InlineData("""[]""")]
    public async Task What_cannot_be_read_changes_nothing(string body)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await OwnerAsync(app);

        using var refused = await app.PutAsync(Locking.PathOf(Package), alice, JsonNode.Parse(body)!);

        await refused.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-lock");
        Assert.Empty(await app.RecordedAsync("demand."));
    }

    [Fact]
    public async Task An_operator_sets_and_ends_demands_at_once_where_they_say_so()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await OwnerAsync(app);

        Assert.Contains("phishingResistant of @acme/x is 'on'", await app.OperatorDemandsAsync(Package, Demanding.Passkey), StringComparison.Ordinal);
        await app.OperatorDemandsAsync("@acme", Demanding.Second);
        Assert.Contains("only from", await app.OperatorDemandsAsync(Package, Demanding.Passkey, isOn: false), StringComparison.Ordinal);
        await app.OperatorDemandsAsync(Package, Demanding.Passkey, isOn: false, now: true);

        Assert.False(await HoldsAsync(app, alice, Package, Demanding.Passkey));
        Assert.True(await HoldsAsync(app, alice, Package, Demanding.Second));
        Assert.Contains("secondOwner since", await app.CommandAsync("/lock/list"), StringComparison.Ordinal);
        Assert.Equal(["demand.set", "demand.set", "demand.loosening", "demand.kept", "demand.loosened"], (await app.RecordedAsync("demand.")).Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task Everybody_who_administers_the_package_gets_a_mail_of_an_end_that_waits()
    {
        await using var smtp = new SmtpReceiver();
        await using var app = await RegistryApp.StartAsync(smtp.Options);
        var alice = await OwnerAsync(app);
        var bob = await app.SignedInAsync("bob");
        await app.SignedInAsync("root", isAdministrator: true);
        await (await app.PutAsync("/-/package/@acme%2fx/owners", alice, new JsonObject { ["user"] = "bob" })).ShouldBeAsync(HttpStatusCode.OK);
        await app.DemandedAsync(bob, Package, Demanding.Second);

        await app.DemandedAsync(alice, Package, Demanding.Second, isOn: false);

        await Eventually.HoldsAsync(() => smtp.Mails.Count(mail => mail.Subject.Contains("A demand will end: @acme/x", StringComparison.Ordinal)) == 3);
    }

    // Whoever holds a token and a password must not be able to take the demand away with them.
    [Fact]
    public async Task Ending_the_demand_of_a_passkey_takes_a_passkey()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await OwnerAsync(app);
        var codes = await app.EnrolledAsync(alice);
        await app.OperatorDemandsAsync(Package, Demanding.Passkey);

        using var refused = await app.WithCodeAsync(HttpMethod.Put, Locking.PathOf(Package), alice, codes.NextCode(), Demanding.Demand(Demanding.Passkey, false));

        await refused.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed");
    }

    private static async Task<string> OwnerAsync(RegistryApp app)
    {
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage(Package, "1.0.0"));
        return alice;
    }

    private static async Task<bool> HoldsAsync(RegistryApp app, string token, string target, string kind) => Told(await app.LockOfAsync(token, target), kind).Holds;

    private static (bool Holds, string? SaidBy, string? SetBy, string? EndsAt) Told(JsonObject shown, string kind)
    {
        var told = shown["demands"]![kind]!;
        return ((bool)told["holds"]!, (string?)told["saidBy"], (string?)told["setBy"], (string?)told["endsAt"]);
    }
}
