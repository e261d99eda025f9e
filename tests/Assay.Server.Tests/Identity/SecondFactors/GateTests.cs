using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Identity.SecondFactors;

/// <summary>Who is asked for a second factor, and which codes count.</summary>
public sealed class GateTests
{
    private const string Required = "--Assay:Identity:SecondFactor=required";

    private static readonly TestPackage Package = new("@acme/hello", "1.0.0");

    [Fact]
    public async Task Whoever_has_none_passes_where_it_is_asked_only_of_the_enrolled()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        await (await Package.PublishAsync(app, alice, code: null)).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Whoever_has_none_is_told_how_to_get_one_where_it_is_required()
    {
        await using var app = await RegistryApp.StartAsync([Required]);
        var alice = await app.SignedInAsync("alice");

        var refused = await Package.PublishAsync(app, alice, code: null);

        var text = await refused.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "second-factor-needed");
        Assert.Contains("npm profile enable-2fa auth-and-writes", text);
        Assert.Contains("/-/account", text);
        Assert.Equal(0, (await app.FactsAsync()).Versions);
    }

    [Fact]
    public async Task Behind_an_address_that_others_reach_it_is_required_unless_said_otherwise()
    {
        await using var reachable = await RegistryApp.StartAsync(["--Assay:PublicUrl=https://npm.acme.example/"]);
        await using var loosened = await RegistryApp.StartAsync(["--Assay:PublicUrl=https://npm.acme.example/", "--Assay:Identity:SecondFactor=enrolled"]);

        var refused = await Package.PublishAsync(reachable, await reachable.SignedInAsync("alice"), code: null);
        var published = await Package.PublishAsync(loosened, await loosened.SignedInAsync("alice"), code: null);

        await refused.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "second-factor-needed");
        await published.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_code_of_the_app_publishes()
    {
        await using var app = await RegistryApp.StartAsync([Required]);
        var alice = await app.SignedInAsync("alice");
        var factor = await app.EnrolledAsync(alice);

        var asked = await Package.PublishAsync(app, alice, code: null);
        var published = await Package.PublishAsync(app, alice, factor.NextCode());

        var body = await asked.ShouldAskAsync();
        Assert.Contains("publish @acme/hello@1.0.0", (string)body["error"]!);
        Assert.False(body.ContainsKey("authUrl"));
        await published.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_code_is_good_once()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var factor = await app.EnrolledAsync(alice);
        var code = factor.NextCode();

        await (await Package.PublishAsync(app, alice, code)).ShouldBeAsync(HttpStatusCode.Created);
        var again = await (Package with { Version = "1.0.1" }).PublishAsync(app, alice, code);
        var earlier = await (Package with { Version = "1.0.1" }).PublishAsync(app, alice, factor.CodeAt(TimeSpan.FromSeconds(-30)));

        await again.ShouldAskAsync("otp-wrong");
        await earlier.ShouldAskAsync("otp-wrong");
    }

    [Fact]
    public async Task Of_two_requests_at_once_with_one_code_one_is_done()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var factor = await app.EnrolledAsync(alice);
        var code = factor.NextCode();

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => new TestPackage($"@acme/at-once-{number}", "1.0.0").PublishAsync(app, alice, code)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
    }

    [Theory]
    [InlineData(-30, true)]
    [InlineData(30, true)]
    [InlineData(-60, false)]
    [InlineData(60, false)]
    public async Task A_clock_may_be_half_a_minute_off(int seconds, bool isAccepted)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var factor = await app.EnrolledAsync(alice);
        app.Clock.Advance(TimeSpan.FromMinutes(10));

        var answer = await Package.PublishAsync(app, alice, factor.CodeAt(TimeSpan.FromSeconds(seconds)));

        Assert.Equal(isAccepted ? HttpStatusCode.Created : HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task The_code_of_another_person_does_not_count()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var bob = await app.SignedInAsync("bob");
        await app.EnrolledAsync(alice);
        var other = await app.EnrolledAsync(bob);

        var refused = await Package.PublishAsync(app, alice, other.NextCode());
        var recovery = await Package.PublishAsync(app, alice, other.RecoveryCodes[0]);

        await refused.ShouldAskAsync("otp-wrong");
        await recovery.ShouldAskAsync("otp-wrong");
    }

    [Fact]
    public async Task A_recovery_code_counts_once_however_it_is_grouped_and_is_recorded()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var factor = await app.EnrolledAsync(alice);
        var second = factor.RecoveryCodes[1].Replace(" ", "", StringComparison.Ordinal);

        await (await Package.PublishAsync(app, alice, factor.RecoveryCodes[0])).ShouldBeAsync(HttpStatusCode.Created);
        await (await (Package with { Version = "1.0.1" }).PublishAsync(app, alice, second)).ShouldBeAsync(HttpStatusCode.Created);
        var again = await (Package with { Version = "1.0.2" }).PublishAsync(app, alice, factor.RecoveryCodes[0]);

        Assert.Equal(10, factor.RecoveryCodes.Distinct().Count());
        await again.ShouldAskAsync("otp-wrong");
        var events = await app.ReadAsync(db => db.AuditEvents.Where(row => row.Action == "recovery-code.used").Select(row => row.Detail).ToListAsync());
        Assert.Equal(["9 left", "8 left"], events);
    }

    [Fact]
    public async Task Guessing_gets_slow_and_nobody_is_locked_out()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var factor = await app.EnrolledAsync(alice);

        for (var guess = 0; guess < 5; guess++)
        {
            await (await Package.PublishAsync(app, alice, factor.WrongCode())).ShouldAskAsync("otp-wrong");
        }
        var waiting = await Package.PublishAsync(app, alice, factor.CodeAt(TimeSpan.FromSeconds(30)));
        app.Clock.Advance(waiting.Headers.RetryAfter!.Delta!.Value + TimeSpan.FromSeconds(60));
        var after = await Package.PublishAsync(app, alice, factor.Code);

        await waiting.ShouldBeRefusedAsync(HttpStatusCode.TooManyRequests, "too-many-codes");
        await after.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Guesses_that_come_at_once_are_counted_as_well()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var factor = await app.EnrolledAsync(alice);
        var wrong = factor.WrongCode();

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Package.PublishAsync(app, alice, wrong)));

        Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized), 1, 6);
    }

    [Fact]
    public async Task Guesses_from_many_addresses_count_together()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:TrustedProxies:0=127.0.0.1", "--Assay:TrustedProxies:1=::1"]);
        var alice = await app.SignedInAsync("alice");
        var factor = await app.EnrolledAsync(alice);
        HttpStatusCode last = default;

        for (var guess = 0; guess < 21; guess++)
        {
            var from = $"203.0.113.{guess}";
            using var answer = await app.SendAsync(HttpMethod.Put, "/" + Package.EscapedName, alice, RegistryApp.Json(Package.Document()), headers =>
            {
                headers.TryAddWithoutValidation("npm-otp", factor.WrongCode());
                headers.TryAddWithoutValidation("X-Forwarded-For", from);
            });
            last = answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
    }

    [Fact]
    public async Task Nobody_is_asked_for_a_code_for_what_is_refused_anyway()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var bob = await app.SignedInAsync("bob");
        await app.PublishedAsync(alice, Package);
        await app.EnrolledAsync(bob);
        await app.EnrolledAsync(alice);

        var foreign = await (Package with { Version = "2.0.0" }).PublishAsync(app, bob, code: null);
        var taken = await (Package with { Files = [("package/other.js", "")] }).PublishAsync(app, alice, code: null);
        var tag = await app.WithCodeAsync(HttpMethod.Put, "/-/package/@acme%2fhello/dist-tags/next", bob, code: null, JsonValue.Create("1.0.0"));

        await foreign.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await taken.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "version-exists");
        await tag.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
    }

    [Fact]
    public async Task A_repeated_publish_whose_answer_was_lost_needs_no_second_code()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var factor = await app.EnrolledAsync(alice);
        var code = factor.NextCode();

        await (await Package.PublishAsync(app, alice, code)).ShouldBeAsync(HttpStatusCode.Created);
        var repeated = await Package.PublishAsync(app, alice, code);

        await repeated.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_token_that_may_only_read_is_not_helped_by_a_code()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var reading = await app.TokenAsync(alice, new JsonObject { ["name"] = "reads" });
        await app.PublishedAsync(alice, Package);
        var factor = await app.EnrolledAsync(alice);

        var publish = await (Package with { Version = "1.0.1" }).PublishAsync(app, reading, factor.NextCode());
        var freeze = await app.WithCodeAsync(HttpMethod.Post, "/-/assay/v1/freezes", reading, factor.NextCode(), new JsonObject { ["package"] = "@acme/hello", ["reason"] = "because" });

        await publish.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        await freeze.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
    }

    public static TheoryData<string, string, string?> Acts => new()
    {
        { "PUT", "/-/package/@acme%2fhello/dist-tags/next", "\"1.0.0\"" },
        { "DELETE", "/-/package/@acme%2fhello/dist-tags/next", null },
        { "PUT", "/@acme%2fhello", """{"name":"@acme/hello","versions":{"1.0.0":{"deprecated":"old"}}}""" },
        { "DELETE", "/@acme%2fhello/-rev/REVISION", null },
        { "PUT", "/@acme%2fhello/-rev/REVISION", """{"name":"@acme/hello","versions":{}}""" },
        { "PUT", "/-/assay/v1/package/@acme%2fhello/provenance", """{"mayLoseProvenance":true}""" },
        { "POST", "/-/npm/v1/tokens", """{"name":"ci","password":"a long enough password","packages_all":true}""" },
        { "DELETE", "/-/npm/v1/tokens/token/0123456789abcdef0123456789abcdef", null },
        { "POST", "/-/package/@acme%2fhello/trust", """[{"type":"github","claims":{"repository":"acme/hello","workflow_ref":{"file":"p.yml"}},"permissions":["createPackage"]}]""" },
        { "DELETE", "/-/package/@acme%2fhello/trust/0123", null },
        { "POST", "/-/assay/v1/policies", """{"target":"@acme/hello","effect":"deny","actions":["publish"]}""" },
        { "POST", "/-/assay/v1/package/@acme%2fhello/policies", """{"effect":"deny","actions":["publish"]}""" },
        { "PUT", "/-/assay/v1/package/@acme%2fhello/inheritance", """{"inherits":true}""" },
        { "POST", "/-/assay/v1/freezes", """{"package":"@acme/hello","reason":"because"}""" },
        { "POST", "/-/assay/v1/incidents", """{"selection":{"person":{"name":"root"}},"reason":"because","preview":"x"}""" },
        { "POST", "/-/assay/v1/issuers", """{"id":"gh","provider":"github","names":["*"]}""" },
        { "PATCH", "/-/assay/v1/issuers/gh", """{"names":["*"]}""" },
        { "DELETE", "/-/assay/v1/issuers/gh", null },
        { "DELETE", "/-/assay/v1/issuers/check", null },
        { "POST", "/-/assay/v1/issuers/gh/enable", null },
        { "POST", "/-/assay/v1/issuers/gh/disable", null },
        { "POST", "/-/assay/v1/issuers/gh/accept", null },
        { "POST", "/-/npm/v1/user", """{"email":"other@example.test"}""" },
        { "POST", "/-/npm/v1/user", """{"password":{"old":"a long enough password","new":"another long password"}}""" },
        { "POST", "/-/npm/v1/user", """{"tfa":{"mode":"disable","password":"a long enough password"}}""" },
    };

    [Theory]
    [MemberData(nameof(Acts))]
    public async Task Every_sensitive_act_is_asked_for(string method, string path, string? body)
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);
        await app.PublishedAsync(root, Package);
        await app.PutAsync("/-/package/@acme%2fhello/dist-tags/next", root, JsonValue.Create("1.0.0"));
        var revision = (string)(await app.PackumentAsync(root, "@acme/hello"))["_rev"]!;
        await app.EnrolledAsync(root);
        var events = await app.ReadAsync(db => db.AuditEvents.CountAsync());

        var asked = await app.WithCodeAsync(
            HttpMethod.Parse(method), path.Replace("REVISION", revision, StringComparison.Ordinal), root, code: null, body is null ? null : JsonNode.Parse(body));

        await asked.ShouldAskAsync();
        Assert.Equal(events, await app.ReadAsync(db => db.AuditEvents.CountAsync()));
    }

    [Fact]
    public async Task Acts_on_policies_and_freezes_that_are_there_are_asked_for()
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);
        await app.PublishedAsync(root, Package);
        var policy = await (await app.PostAsync("/-/assay/v1/policies", root, JsonNode.Parse("""{"target":"@acme/hello","effect":"deny","actions":["publish"]}"""))).ShouldBeAsync(HttpStatusCode.Created);
        var freeze = await (await app.PostAsync("/-/assay/v1/freezes", root, JsonNode.Parse("""{"package":"@acme/hello","reason":"because"}"""))).ShouldBeAsync(HttpStatusCode.Created);
        var id = (string)policy["id"]!;
        await app.EnrolledAsync(root);

        await (await app.WithCodeAsync(HttpMethod.Put, $"/-/assay/v1/policies/{id}", root, code: null, JsonNode.Parse("""{"effect":"deny","actions":["publish"],"note":"x"}"""))).ShouldAskAsync();
        await (await app.WithCodeAsync(HttpMethod.Post, $"/-/assay/v1/policies/{id}/rearm", root, code: null)).ShouldAskAsync();
        await (await app.WithCodeAsync(HttpMethod.Delete, $"/-/assay/v1/policies/{id}", root, code: null)).ShouldAskAsync();
        await (await app.WithCodeAsync(HttpMethod.Delete, $"/-/assay/v1/freezes/{freeze["id"]}", root, code: null)).ShouldAskAsync();
    }

    [Fact]
    public async Task Reading_and_ending_ones_own_token_ask_for_nothing()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);
        await app.EnrolledAsync(alice);

        await (await app.GetAsync("/@acme%2fhello", alice)).ShouldBeReadAsync();
        await (await app.GetAsync("/-/npm/v1/tokens", alice)).ShouldBeAsync(HttpStatusCode.OK);
        await (await app.DeleteAsync($"/-/user/token/{alice}", alice)).ShouldBeAsync(HttpStatusCode.OK);
    }
}
