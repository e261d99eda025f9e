using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data.Rows;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Server.Tests.Packages.Staging;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Packages.Locks;

/// <summary>Setting locks: what is stricter holds at once, what is looser waits.</summary>
public sealed class LockTests
{
    private const string Required = "--Assay:Identity:SecondFactor=required";
    private const string Package = "@acme/x";

    [Fact]
    public async Task What_is_stricter_holds_at_once()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await OwnerAsync(app);

        var shown = await app.LockedAsync(alice, Package, Locking.OidcOnly);

        Assert.Equal(("oidc-only", "package", "alice"), ((string?)shown["holds"], (string?)shown["saidBy"], (string?)shown["setBy"]));
        Assert.Contains("set by alice", await RefusedAsync(app, alice), StringComparison.Ordinal);
        Assert.Equal(["lock.set @acme/x by alice: oidc-only, was 2fa-or-oidc"], await app.LockEventsAsync());
    }

    [Fact]
    public async Task What_is_looser_waits_a_day_and_says_so()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await ClosedAsync(app);
        var from = app.Clock.GetUtcNow().AddHours(24);

        using var answer = await app.SetLockAsync(alice, Package, Locking.SecondFactor);

        var shown = await answer.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("oidc-only", (string?)shown["holds"]);
        Assert.Equal(("2fa-or-oidc", "alice"), ((string?)shown["loosening"]!["to"], (string?)shown["loosening"]!["by"]));
        Assert.Equal(from.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"), (string?)shown["loosening"]!["at"]);
        Assert.Contains("is loosened to '2fa-or-oidc' only from", answer.Notice(), StringComparison.Ordinal);
        await RefusedAsync(app, alice);
        app.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        await RefusedAsync(app, alice);
        app.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await app.PublishedAsync(alice, new TestPackage(Package, "1.1.0"));
        var after = await app.LockOfAsync(alice, Package);
        Assert.Equal(("2fa-or-oidc", "2fa-or-oidc", null), ((string?)after["lock"], (string?)after["holds"], (string?)after["loosening"]));
        Assert.StartsWith("lock.loosening @acme/x by alice: 2fa-or-oidc from ", (await app.LockEventsAsync())[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asking_again_neither_shortens_nor_lengthens_the_wait_and_is_told_to_nobody_twice()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await ClosedAsync(app);
        var first = await app.LockedAsync(alice, Package, Locking.SecondFactor);
        app.Clock.Advance(TimeSpan.FromHours(12));

        var again = await app.LockedAsync(alice, Package, Locking.SecondFactor);

        Assert.Equal((string?)first["loosening"]!["at"], (string?)again["loosening"]!["at"]);
        Assert.Single(await app.EventsAsync("lock.loosening"));
    }

    // Otherwise a day's wait for a little would end as all of it.
    [Fact]
    public async Task Asking_for_more_waits_anew()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await ClosedAsync(app);
        await app.LockedAsync(alice, Package, Locking.SecondFactor);
        app.Clock.Advance(TimeSpan.FromHours(23));

        await app.LockedAsync(alice, Package, Locking.Tokens);

        app.Clock.Advance(TimeSpan.FromHours(23));
        await RefusedAsync(app, alice);
        app.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("tokens-allowed", await app.HoldsAsync(alice, Package));
    }

    [Fact]
    public async Task What_was_loosened_holds_while_the_next_loosening_waits()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await ClosedAsync(app);
        await app.LockedAsync(alice, Package, Locking.SecondFactor);
        app.Clock.Advance(TimeSpan.FromHours(25));

        var shown = await app.LockedAsync(alice, Package, Locking.Tokens);

        Assert.Equal(("2fa-or-oidc", "tokens-allowed"), ((string?)shown["holds"], (string?)shown["loosening"]!["to"]));
        await app.PublishedAsync(alice, new TestPackage(Package, "1.1.0"));
    }

    // As a newer version of the registry may have written it.
    [Theory]
    [InlineData("package")]
    [InlineData("scope")]
    public async Task A_word_that_nobody_knows_is_the_strictest(string where)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await OwnerAsync(app);
        await app.ChangeAsync(db => where == "package"
            ? db.Packages.ExecuteUpdateAsync(set => set.SetProperty(row => row.Lock, "moonlight-only"))
            : db.Scopes.AddAsync(new ScopeRow { Name = "@acme", Lock = "moonlight-only" }).AsTask());

        await RefusedAsync(app, alice);
    }

    [Fact]
    public async Task Any_administrator_of_the_package_takes_it_back_in_time()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await ClosedAsync(app);
        await app.LockedAsync(alice, Package, Locking.SecondFactor);
        var bob = await app.SignedInAsync("bob");
        await (await app.PutAsync("/-/package/@acme%2fx/owners", alice, new JsonObject { ["user"] = "bob" })).ShouldBeAsync(HttpStatusCode.OK);

        var kept = await app.LockedAsync(bob, Package, Locking.OidcOnly);

        Assert.Null(kept["loosening"]);
        app.Clock.Advance(TimeSpan.FromHours(25));
        await RefusedAsync(app, alice);
        Assert.StartsWith("lock.kept @acme/x by bob: oidc-only, not 2fa-or-oidc from ", (await app.LockEventsAsync())[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_wait_it_is_at_once_and_recorded_as_that()
    {
        await using var app = await RegistryApp.StartAsync([Locking.AtOnce]);
        var alice = await ClosedAsync(app);

        await app.LockedAsync(alice, Package, Locking.SecondFactor);

        await app.PublishedAsync(alice, new TestPackage(Package, "1.1.0"));
        Assert.Equal("lock.loosened @acme/x by alice: 2fa-or-oidc, was oidc-only", (await app.LockEventsAsync())[^1]);
    }

    [Fact]
    public async Task The_stricter_of_package_and_scope_counts()
    {
        await using var app = await RegistryApp.StartAsync([Locking.AtOnce]);
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var alice = await OwnerAsync(app);

        await app.LockedAsync(root, "@acme", Locking.OidcOnly);
        await app.LockedAsync(alice, Package, Locking.Tokens);

        Assert.Contains("the lock of @acme is 'oidc-only'", await RefusedAsync(app, alice), StringComparison.Ordinal);
        var shown = await app.LockOfAsync(alice, Package);
        Assert.Equal(("tokens-allowed", "oidc-only", "scope"), ((string?)shown["lock"], (string?)shown["holds"], (string?)shown["saidBy"]));
        await app.LockedAsync(root, "@acme", Locking.Tokens);
        await app.PublishedAsync(alice, new TestPackage(Package, "1.1.0"));
    }

    [Fact]
    public async Task A_scope_closes_names_that_do_not_exist_yet()
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);
        await app.LockedAsync(root, "@acme", Locking.OidcOnly);

        using var refused = await new TestPackage("@acme/new", "1.0.0").PublishAsync(app, root);

        Assert.Contains("begins with a trust policy", await refused.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "oidc-only"), StringComparison.Ordinal);
        await app.PublishedAsync(root, new TestPackage("@other/new", "1.0.0"));
    }

    [Fact]
    public async Task Loosening_a_scope_waits_too()
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);
        await app.PublishedAsync(root, new TestPackage(Package, "1.0.0"));
        await app.LockedAsync(root, "@acme", Locking.OidcOnly);

        var shown = await app.LockedAsync(root, "@acme", Locking.SecondFactor);

        Assert.Equal(("oidc-only", "2fa-or-oidc"), ((string?)shown["holds"], (string?)shown["loosening"]!["to"]));
        await RefusedAsync(app, root);
        app.Clock.Advance(TimeSpan.FromHours(24));
        await app.PublishedAsync(root, new TestPackage(Package, "1.1.0"));
    }

    [Fact]
    public async Task The_registry_can_close_everything_that_says_nothing_else()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Packages:Lock=oidc-only"]);
        var alice = await app.SignedInAsync("alice");

        using var refused = await new TestPackage(Package, "1.0.0").PublishAsync(app, alice);

        Assert.Contains("Assay:Packages:Lock", await refused.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "oidc-only"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_takes_the_second_factor_after_everything_else_allows_it()
    {
        await using var app = await RegistryApp.StartAsync([Required]);
        var alice = await app.SignedInAsync("alice");
        var factor = await app.EnrolledAsync(alice);
        await (await new TestPackage(Package, "1.0.0").PublishAsync(app, alice, factor.NextCode())).ShouldBeAsync(HttpStatusCode.Created);
        var bob = await app.SignedInAsync("bob");
        await app.EnrolledAsync(bob);

        var asked = await (await app.SetLockAsync(alice, Package, Locking.OidcOnly)).ShouldAskAsync();
        await (await app.SetLockAsync(bob, Package, Locking.OidcOnly)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        using var done = await app.WithCodeAsync(HttpMethod.Put, Locking.PathOf(Package), alice, factor.NextCode(), Locking.Lock(Locking.OidcOnly));

        Assert.Contains("set the lock of @acme/x to oidc-only", (string)asked["error"]!, StringComparison.Ordinal);
        await done.ShouldBeAsync(HttpStatusCode.OK);
        await (await app.SetLockAsync(alice, Package, Locking.SecondFactor)).ShouldAskAsync();
        await (await app.PostAsync("/-/package/@acme%2fx/access", alice, new JsonObject { ["publish_requires_tfa"] = true })).ShouldAskAsync();
        Assert.Single(await app.LockEventsAsync());
    }

    [Fact]
    public async Task Who_only_publishes_sees_the_lock_and_does_not_set_it()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.OrganisationAsync("acme", "alice");
        var dev = await app.MemberAsync(alice, "acme", "dev");
        await app.TeamAsync(alice, "acme", "core", "dev");
        await app.PublishedAsync(alice, new TestPackage(Package, "1.0.0"));
        await app.GrantedAsync(alice, "acme", "core", Package, "read-write");

        Assert.Equal("2fa-or-oidc", await app.HoldsAsync(dev, Package));
        await (await app.SetLockAsync(dev, Package, Locking.OidcOnly)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await (await app.SetLockAsync(await app.TokenAsync(alice, []), Package, Locking.OidcOnly)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        await (await app.SetLockAsync(null, Package, Locking.OidcOnly)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        await (await app.GetAsync(Locking.PathOf(Package), await app.SignedInAsync("stranger"))).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await app.LockedAsync(alice, Package, Locking.OidcOnly);
    }

    [Fact]
    public async Task A_scope_is_locked_by_its_organisation_and_others_do_not_learn_of_it()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.OrganisationAsync("acme", "alice");
        var dev = await app.MemberAsync(alice, "acme", "dev");

        await app.LockedAsync(alice, "@acme", Locking.OidcOnly);

        Assert.Equal("oidc-only", await app.HoldsAsync(dev, "@acme"));
        await (await app.SetLockAsync(dev, "@acme", Locking.SecondFactor)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        var stranger = await app.SignedInAsync("stranger");
        await (await app.GetAsync(Locking.PathOf("@acme"), stranger)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "scope-not-found");
        await (await app.SetLockAsync(stranger, "@acme", Locking.OidcOnly)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "scope-not-found");
        await (await app.SetLockAsync(await app.TokenAsync(alice, []), "@acme", Locking.OidcOnly)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        await (await app.SetLockAsync(null, "@acme", Locking.OidcOnly)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
    }

    [Fact]
    public async Task A_frozen_package_keeps_its_lock()
    {
        await using var world = await TrustWorld.StartAsync();
        var alice = await OwnerAsync(world.App);
        await world.FrozenAsync(new JsonObject { ["package"] = Package });

        using var refused = await world.App.SetLockAsync(alice, Package, Locking.Tokens);

        await refused.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "publishing-frozen");
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"lock":"open"}""")]
    [InlineData("""{"lock":null}""")]
    [InlineData("""{"lock":"oidc-only","now":true}""")]
    [InlineData("""[]""")]
    public async Task Only_the_three_words_are_locks(string body)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await OwnerAsync(app);

        await (await app.PutAsync(Locking.PathOf(Package), alice, JsonNode.Parse(body)!)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-lock");
        await (await app.PutAsync(Locking.PathOf("@acme"), alice, JsonNode.Parse(body)!)).ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-lock");
    }

    [Theory]
    [InlineData("""{"publish_requires_tfa":false}""", "tokens-allowed", true)]
    [InlineData("""{"publish_requires_tfa":true,"automation_token_overrides_tfa":true}""", "tokens-allowed", true)]
    [InlineData("""{"publish_requires_tfa":true,"automation_token_overrides_tfa":false}""", "2fa-or-oidc", false)]
    [InlineData("""{"publish_requires_tfa":true}""", "2fa-or-oidc", false)]
    public async Task Npms_words_for_it_set_the_lock(string body, string held, bool waits)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await OwnerAsync(app);

        using var answer = await app.PostAsync("/-/package/@acme%2fx/access", alice, JsonNode.Parse(body));

        await answer.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Contains(waits ? $"is loosened to '{held}' only from" : $"is '{held}'", answer.Notice(), StringComparison.Ordinal);
        Assert.Equal("2fa-or-oidc", await app.HoldsAsync(alice, Package));
        app.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(held, await app.HoldsAsync(alice, Package));
        var access = await (await app.GetAsync("/-/package/@acme%2fx/access", alice)).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal(!waits, (bool)access["publish_requires_tfa"]!);
    }

    [Fact]
    public async Task The_operator_sets_locks_and_lists_them()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await OwnerAsync(app);

        Assert.Contains("is 'oidc-only'", await app.CommandAsync("/lock/set", Command(Package, Locking.OidcOnly)), StringComparison.Ordinal);
        await RefusedAsync(app, alice);
        Assert.Contains("only from", await app.CommandAsync("/lock/set", Command(Package, Locking.SecondFactor)), StringComparison.Ordinal);
        Assert.Contains("@acme/x  oidc-only since ", await app.CommandAsync("/lock/list"), StringComparison.Ordinal);
        Assert.Contains("; 2fa-or-oidc from ", await app.CommandAsync("/lock/list"), StringComparison.Ordinal);
        await app.CommandAsync("/lock/set", Command(Package, Locking.SecondFactor, now: true));
        await app.PublishedAsync(alice, new TestPackage(Package, "1.1.0"));
        await app.CommandAsync("/lock/set", Command("@acme", Locking.OidcOnly));
        await (await new TestPackage(Package, "1.2.0").PublishAsync(app, alice)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "oidc-only");
        Assert.Equal(["lock.set", "lock.loosening", "lock.kept", "lock.loosened", "lock.set"], (await app.LockEventsAsync()).Select(line => line.Split(' ')[0]));
        Assert.All(await app.LockEventsAsync(), line => Assert.Contains(" by operator: ", line, StringComparison.Ordinal));
        using var unknown = await app.OperatorAsync("/lock/set", Command("@acme/none", Locking.OidcOnly));
        await unknown.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
    }

    private static JsonObject Command(string target, string word, bool now = false) => new() { ["target"] = target, ["lock"] = word, ["now"] = now };

    private static async Task<string> OwnerAsync(RegistryApp app)
    {
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage(Package, "1.0.0"));
        return alice;
    }

    private static async Task<string> ClosedAsync(RegistryApp app)
    {
        var alice = await OwnerAsync(app);
        await app.LockedAsync(alice, Package, Locking.OidcOnly);
        return alice;
    }

    private static async Task<string> RefusedAsync(RegistryApp app, string token) =>
        await (await new TestPackage(Package, "1.1.0").PublishAsync(app, token)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "oidc-only");
}
