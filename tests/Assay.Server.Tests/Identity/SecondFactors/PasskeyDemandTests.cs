using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Packages.Locks;
using Assay.Server.Tests.Packages.Staging;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Identity.SecondFactors;

/// <summary>Where a passkey is demanded, nothing else counts; and nobody is asked for one elsewhere.</summary>
public sealed class PasskeyDemandTests : IAsyncLifetime
{
    private const string Always = "--Assay:Identity:PhishingResistant=always";
    private const string Tags = "/-/package/@acme%2fx/dist-tags/next";

    private static readonly TestPackage Package = new("@acme/x", "1.0.0");
    private static readonly TestPackage Next = Package with { Version = "1.1.0" };

    private RegistryApp app = null!;
    private string alice = null!;
    private TestFactor codes = null!;
    private PasskeyHolder holder = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);
        codes = await app.EnrolledAsync(alice);
        holder = await PasskeyHolder.AddAsync(app, "alice", alice, codes);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Theory]
    [InlineData("@acme/x")]
    [InlineData("@acme")]
    public async Task Codes_and_recovery_codes_do_not_count_and_a_passkey_does(string demanding)
    {
        await app.OperatorDemandsAsync(demanding, Demanding.Passkey);

        var code = await Next.PublishAsync(app, alice, codes.NextCode());
        var recovery = await Next.PublishAsync(app, alice, codes.RecoveryCodes[0]);
        var published = await holder.DoAsync(HttpMethod.Put, "/" + Next.EscapedName, Next.Document());

        Assert.Contains($"{demanding} demands one", await code.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed"), StringComparison.Ordinal);
        Assert.Contains("Run it with npm", await recovery.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed"), StringComparison.Ordinal);
        await published.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(0, await app.ReadAsync(db => db.RecoveryCodes.CountAsync(row => row.UsedAt != null)));
    }

    [Fact]
    public async Task Elsewhere_codes_count_as_before()
    {
        await app.OperatorDemandsAsync("@acme/x", Demanding.Passkey);

        await (await (Package with { Name = "@acme/y" }).PublishAsync(app, alice, codes.NextCode())).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Once_the_demand_has_ended_codes_count_again()
    {
        await app.OperatorDemandsAsync("@acme/x", Demanding.Passkey);
        await app.OperatorDemandsAsync("@acme/x", Demanding.Passkey, isOn: false);

        await (await Next.PublishAsync(app, alice, codes.NextCode())).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed");
        app.Clock.Advance(TimeSpan.FromHours(24));

        await (await Next.PublishAsync(app, alice, codes.NextCode())).ShouldBeAsync(HttpStatusCode.Created);
    }

    // npm opens the page when it is told of it, also after --otp; others would only prompt for one more code.
    [Fact]
    public async Task A_code_that_npm_brings_is_answered_with_the_page_and_says_that_codes_do_not_count()
    {
        await app.OperatorDemandsAsync("@acme/x", Demanding.Passkey);

        using var asked = await app.SendAsync(HttpMethod.Put, Tags, alice, RegistryApp.Json("1.0.0"), headers =>
        {
            headers.Add("npm-auth-type", "web");
            headers.Add("npm-otp", codes.NextCode());
        });

        var body = await asked.ShouldAskAsync("otp-wrong");
        Assert.Contains("A code does not count here", (string)body["error"]!, StringComparison.Ordinal);
        Assert.True(body.ContainsKey("authUrl"));
        Assert.Contains("give your passkey", asked.Notice(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("legacy", "npm/11.19.1 node/v24")]
    [InlineData("web", "pnpm/12.21.0 npm/? node/? linux x64")]
    [InlineData(null, "Yarn/4.12.0")]
    public async Task A_client_without_the_page_is_told_to_use_npm_and_not_asked_for_a_code(string? authType, string userAgent)
    {
        await app.OperatorDemandsAsync("@acme/x", Demanding.Passkey);

        using var refused = await app.SendAsync(HttpMethod.Put, Tags, alice, RegistryApp.Json("1.0.0"), headers =>
        {
            headers.TryAddWithoutValidation("User-Agent", userAgent);
            headers.TryAddWithoutValidation("npm-auth-type", authType);
        });

        Assert.Contains("npm shows a page that can", await refused.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_has_no_passkey_is_told_how_to_get_one(bool hasCodes)
    {
        var bob = hasCodes ? (await app.ApproverAsync("bob", "@acme/x")).Token : await app.SignedInAsync("bob");
        await app.OwnsAsync("bob", hasCodes ? [] : ["@acme/x"]);
        await app.OperatorDemandsAsync("@acme/x", Demanding.Passkey);

        using var refused = await app.SendAsync(HttpMethod.Put, Tags, bob, RegistryApp.Json("1.0.0"), headers => headers.Add("npm-auth-type", "web"));

        Assert.Contains("/-/account", await refused.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed"), StringComparison.Ordinal);
        Assert.Equal(0, await app.ReadAsync(db => db.WebChallenges.CountAsync()));
    }

    [Fact]
    public async Task The_page_offers_the_passkey_alone_and_says_why()
    {
        await app.OperatorDemandsAsync("@acme", Demanding.Passkey);
        var question = await holder.AskAsync(HttpMethod.Put, Tags, "1.0.0");

        var page = new Browser(app);
        var shown = WebUtility.HtmlDecode(await page.OpenAsync(question.Page));
        var withCode = await page.SubmitAsync("", ("code", question.Code), ("factor", codes.NextCode()));

        Assert.Contains("@acme demands one", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"factor\"", shown, StringComparison.Ordinal);
        Assert.Contains("A code does not count here", withCode, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, (await app.GetAsync(question.Done)).StatusCode);
    }

    // Otherwise a page that was opened in time would go on for five minutes.
    [Fact]
    public async Task What_a_code_confirmed_before_the_demand_does_not_count_after_it()
    {
        var question = await holder.AskAsync(HttpMethod.Put, Tags, "1.0.0");
        var page = new Browser(app);
        await page.OpenAsync(question.Page);
        await page.SubmitAsync("", ("code", question.Code), ("factor", codes.NextCode()));
        var answer = await question.CollectAsync(app);
        await app.OperatorDemandsAsync("@acme/x", Demanding.Passkey);

        var refused = await app.WithCodeAsync(HttpMethod.Put, Tags, alice, answer, "1.0.0");

        await refused.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed");
    }

    [Fact]
    public async Task What_a_passkey_confirmed_before_the_demand_counts_after_it()
    {
        var question = await holder.AskAsync(HttpMethod.Put, Tags, "1.0.0");
        var answer = await holder.ConfirmedAsync(question);
        await app.OperatorDemandsAsync("@acme/x", Demanding.Passkey);

        await (await app.WithCodeAsync(HttpMethod.Put, Tags, alice, answer, "1.0.0")).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_that_does_without_the_second_factor_does_not_there()
    {
        await app.CommandAsync("/lock/set", new JsonObject { ["target"] = "@acme/x", ["lock"] = "tokens-allowed", ["now"] = true });
        var token = await app.BypassingTokenAsync(alice);
        await (await app.PutAsync(Tags, token, JsonValue.Create("1.0.0"))).ShouldBeAsync(HttpStatusCode.OK);
        await app.OperatorDemandsAsync("@acme/x", Demanding.Passkey);

        var tagged = await app.PutAsync(Tags, token, JsonValue.Create("1.0.0"));
        var published = await Next.PublishAsync(app, token);

        await tagged.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed");
        await published.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed");
    }

    [Fact]
    public async Task A_release_set_with_one_such_package_takes_a_passkey()
    {
        await (await (Package with { Name = "@acme/y" }).PublishAsync(app, alice, codes.NextCode())).ShouldBeAsync(HttpStatusCode.Created);
        var bob = await app.ApproverAsync("bob", "@acme/x", "@acme/y");
        var ids = new JsonArray(await app.StagedAsync(alice, Next), await app.StagedAsync(alice, Next with { Name = "@acme/y" }));
        var set = (string)(await (await app.PostAsync("/-/assay/v1/release-sets", bob.Token, new JsonObject { ["stages"] = ids })).ShouldBeAsync(HttpStatusCode.Created))["id"]!;
        await app.OperatorDemandsAsync("@acme/y", Demanding.Passkey);

        await (await app.ApproveSetAsync(bob, set)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed");

        var withPasskey = await PasskeyHolder.AddAsync(app, "bob", bob.Token, bob.Factor);
        await (await withPasskey.DoAsync(HttpMethod.Post, $"/-/assay/v1/release-sets/{set}/approve")).ShouldBeAsync(HttpStatusCode.Created);
    }

    // What is done to a scope is done to every package in it.
    [Fact]
    public async Task An_act_on_a_scope_or_a_pattern_takes_what_one_package_in_it_demands()
    {
        var root = await app.ApproverAsync("root");
        await app.CommandAsync("/user/promote", new JsonObject { ["name"] = "root" });
        await app.OperatorDemandsAsync("@acme/x", Demanding.Passkey);
        JsonObject Deny(string target) => new() { ["target"] = target, ["effect"] = "deny", ["actions"] = new JsonArray("publish") };

        var scope = await app.WithCodeAsync(HttpMethod.Put, "/-/assay/v1/locks/@acme", root.Token, root.Factor.NextCode(), Locking.Lock("oidc-only"));
        var pattern = await app.WithCodeAsync(HttpMethod.Post, "/-/assay/v1/policies", root.Token, root.Factor.NextCode(), Deny("@acme/*"));
        var everything = await app.WithCodeAsync(HttpMethod.Post, "/-/assay/v1/policies", root.Token, root.Factor.NextCode(), Deny("*"));
        var beside = await app.WithCodeAsync(HttpMethod.Post, "/-/assay/v1/policies", root.Token, root.Factor.NextCode(), Deny("@acme/y*"));

        await scope.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed");
        await pattern.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed");
        await everything.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed");
        await beside.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_act_on_everything_takes_what_one_scope_demands()
    {
        var root = await app.ApproverAsync("root");
        await app.CommandAsync("/user/promote", new JsonObject { ["name"] = "root" });
        await app.OperatorDemandsAsync("@other", Demanding.Passkey);
        JsonObject Deny(string target) => new() { ["target"] = target, ["effect"] = "deny", ["actions"] = new JsonArray("publish") };

        var everything = await app.WithCodeAsync(HttpMethod.Post, "/-/assay/v1/policies", root.Token, root.Factor.NextCode(), Deny("*"));
        var beside = await app.WithCodeAsync(HttpMethod.Post, "/-/assay/v1/policies", root.Token, root.Factor.NextCode(), Deny("@acme/*"));

        await everything.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed");
        await beside.ShouldBeAsync(HttpStatusCode.Created);
    }

    // Whoever is taken into a team gets what the team was given, wherever that is.
    [Theory]
    [InlineData("the organisation's scope", true)]
    [InlineData("a package of another scope that its team was given", true)]
    [InlineData("a package that nobody in it was given", false)]
    public async Task Who_is_in_an_organisation_is_decided_with_what_it_reaches(string demanding, bool isAsked)
    {
        await app.SignedInAsync("bob");
        await app.OrganisationAsync("guild", "alice");
        await (await app.WithCodeAsync(HttpMethod.Put, "/-/org/guild/team", alice, codes.NextCode(), new JsonObject { ["name"] = "core" })).ShouldBeAsync(HttpStatusCode.Created);
        await app.ChangeAsync(async db =>
        {
            var team = await db.Teams.SingleAsync(row => row.Name == "core");
            db.TeamGrants.Add(new Server.Data.Rows.TeamGrantRow { TeamId = team.Id, Target = "@acme/x", Role = "read" });
        });
        await app.OperatorDemandsAsync(demanding.Contains("scope", StringComparison.Ordinal) && !demanding.Contains("another", StringComparison.Ordinal) ? "@guild" : isAsked ? "@acme/x" : "@elsewhere", Demanding.Passkey);

        using var answer = await app.WithCodeAsync(HttpMethod.Put, "/-/org/guild/user", alice, codes.NextCode(), new JsonObject { ["user"] = "bob", ["role"] = "developer" });

        Assert.Equal(isAsked ? "passkey-needed" : null, answer.IsSuccessStatusCode ? null : (string?)(await answer.JsonAsync())["code"]);
    }

    [Fact]
    public async Task An_incident_that_holds_its_versions_and_its_undoing_take_a_passkey()
    {
        var root = await app.ApproverAsync("root");
        await app.CommandAsync("/user/promote", new JsonObject { ["name"] = "root" });
        JsonObject Incident(string preview) => new() { ["selection"] = new JsonObject { ["person"] = new JsonObject { ["name"] = "alice" } }, ["reason"] = "because", ["preview"] = preview };
        var toor = await app.ApproverAsync("toor");
        await app.CommandAsync("/user/promote", new JsonObject { ["name"] = "toor" });
        var previewed = await (await app.PostAsync("/-/assay/v1/incidents/preview", root.Token, Incident(""))).ShouldBeAsync(HttpStatusCode.OK);
        Task<HttpResponseMessage> DeclareAsync() =>
            app.WithCodeAsync(HttpMethod.Post, "/-/assay/v1/incidents/", root.Token, root.Factor.NextCode(), Incident((string)previewed["preview"]!));

        await app.OperatorDemandsAsync("@acme/x", Demanding.Passkey);
        await (await DeclareAsync()).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed");
        await app.OperatorDemandsAsync("@acme/x", Demanding.Passkey, isOn: false, now: true);
        var id = (string)(await (await DeclareAsync()).ShouldBeAsync(HttpStatusCode.Created))["id"]!;
        await app.OperatorDemandsAsync("@acme/x", Demanding.Passkey);

        var undone = await app.WithCodeAsync(HttpMethod.Post, $"/-/assay/v1/incidents/{id}/undo", toor.Token, toor.Factor.NextCode());

        await undone.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed");
    }

    [Fact]
    public async Task Always_means_everything_but_signing_in_and_one_s_own_factors()
    {
        await using var strict = await RegistryApp.StartAsync([Always]);
        var bob = await strict.SignedInAsync("bob");
        var factor = await strict.EnrolledAsync(bob);

        var published = await Package.PublishAsync(strict, bob, factor.NextCode());
        var token = await strict.WithCodeAsync(
            HttpMethod.Post, "/-/npm/v1/tokens", bob, factor.NextCode(), new JsonObject { ["name"] = "x", ["packages_all"] = true, ["password"] = RegistryApp.Password });
        var ended = await strict.WithCodeAsync(HttpMethod.Post, "/-/assay/v1/sessions/end-others", bob, factor.NextCode());
        var signedIn = await strict.WithCodeAsync(
            HttpMethod.Put, "/-/user/org.couchdb.user:bob", null!, factor.NextCode(), new JsonObject { ["name"] = "bob", ["password"] = RegistryApp.Password });
        var removed = await strict.WithCodeAsync(HttpMethod.Post, "/-/npm/v1/user", bob, factor.NextCode(), TestFactors.Tfa("disable"));

        Assert.Contains("everything sensitive", await published.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed"), StringComparison.Ordinal);
        await token.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed");
        await ended.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "passkey-needed");
        await signedIn.ShouldBeAsync(HttpStatusCode.Created);
        await removed.ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Where_it_is_always_asked_for_somebody_with_codes_alone_adds_a_passkey_and_goes_on()
    {
        await using var strict = await RegistryApp.StartAsync([Always]);
        var bob = await strict.SignedInAsync("bob");
        var factor = await strict.EnrolledAsync(bob);
        var withPasskey = await PasskeyHolder.AddAsync(strict, "bob", bob, factor);

        await (await withPasskey.DoAsync(HttpMethod.Put, "/" + Package.EscapedName, Package.Document())).ShouldBeAsync(HttpStatusCode.Created);
    }
}
