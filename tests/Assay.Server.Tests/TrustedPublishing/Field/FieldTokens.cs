using System.Net;
using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;
using static Assay.Server.Tests.TrustedPublishing.Field.FieldWorld;

namespace Assay.Server.Tests.TrustedPublishing.Field;

/// <summary>Rows 21-35: how an identity token is verified.</summary>
internal static class FieldTokens
{
    public static IReadOnlyList<FieldRow> Rows =>
    [
        new(21, "Algorithm allow-list", Only_the_providers_algorithm_is_accepted),
        new(22, "Issuer chosen from unverified `iss`, then re-verified", The_issuer_is_chosen_by_what_the_token_says_and_proved_by_its_keys),
        new(23, "Custom issuer cannot match canonical publishers", Another_issuer_of_the_same_provider_matches_nothing),
        new(24, "Audience", The_audience_is_this_host_alone),
        new(25, "Required time claims", Every_time_that_the_provider_sends_is_required),
        new(26, "Clock leeway", Clocks_may_differ_by_a_minute),
        new(27, "Cap on the ID token's own lifetime or age", A_token_that_lives_longer_than_its_providers_do_is_refused),
        new(28, "`jti` replay refused", After_its_publish_a_token_is_refused),
        new(29, "Replay record outlives leeway", The_memory_lasts_longer_than_the_leeway),
        new(30, "Failed attempt burns the token", A_refusal_burns_nothing),
        new(31, "`kid` required", A_token_that_names_no_key_is_malformed),
        new(32, "Key cache", Keys_are_kept_refetched_for_an_unknown_one_and_serve_while_the_issuer_is_down),
        new(33, "`jwks_uri` must share the issuer's host", Keys_on_another_host_are_not_asked_for),
        new(34, "Unknown claims noticed", Undeclared_claims_are_ignored_and_not_kept),
        new(35, "Robust to GitHub's immutable `sub` (from Jul 2026)", Either_form_of_the_subject_will_do_and_ids_in_it_must_agree),
    ];

    private static async Task Only_the_providers_algorithm_is_accepted(FieldWorld field)
    {
        await field.World.TrustGithubAsync("@acme/row-21");

        await field.RefusedAsync("algorithm-not-allowed", field.World.Github(forgery: Forgery.AlgNone), "@acme/row-21");
        await field.RefusedAsync("algorithm-not-allowed", field.World.Github(forgery: Forgery.Hs256PublicKey), "@acme/row-21");
        await field.GrantedAsync(field.World.Github(), "@acme/row-21");
    }

    private static async Task The_issuer_is_chosen_by_what_the_token_says_and_proved_by_its_keys(FieldWorld field)
    {
        await using var unbound = await StubIssuer.StartAsync();
        await using var bound = await field.TrustedStubAsync("row-22", "@row-22/*");
        await field.World.TrustGithubAsync("@acme/row-22");
        var borrowed = bound.Mint(field.World, Claim("iss", field.World.Ci.Github.OriginalString));

        await field.RefusedAsync("unknown-issuer", unbound.Mint(field.World), "@acme/row-22");
        await field.RefusedAsync("unknown-key", borrowed, "@acme/row-22");

        Assert.Empty(unbound.Requests);
    }

    private static async Task Another_issuer_of_the_same_provider_matches_nothing(FieldWorld field)
    {
        await field.World.TrustGithubAsync("@acme/row-23");
        await using var custom = await field.TrustedStubAsync("row-23", "@acme/row-23");

        await field.RefusedAsync("no-matching-policy", custom.Mint(field.World), "@acme/row-23");
        await field.GrantedAsync(field.World.Github(), "@acme/row-23");
    }

    private static async Task The_audience_is_this_host_alone(FieldWorld field)
    {
        await using var issuer = await field.TrustedStubAsync("row-24", "@row-24/*");
        await field.World.TrustGithubAsync("@row-24/a");

        await field.GrantedAsync(issuer.Mint(field.World), "@row-24/a");
        await field.RefusedAsync("wrong-audience", issuer.Mint(field.World, Claim("aud", "npm:registry.npmjs.example")), "@row-24/a");
        await field.RefusedAsync("wrong-audience", issuer.Mint(field.World, Claim("aud", new JsonArray("npm:localhost", "sigstore"))), "@row-24/a");
    }

    private static async Task Every_time_that_the_provider_sends_is_required(FieldWorld field)
    {
        await using var issuer = await field.TrustedStubAsync("row-25", "@row-25/*");
        await field.World.TrustGithubAsync("@row-25/a");

        foreach (var time in new[] { "iat", "exp", "nbf" })
        {
            await field.RefusedAsync("claim-missing", issuer.Mint(field.World, Claim(time, null)), "@row-25/a");
        }
        await field.GrantedAsync(issuer.Mint(field.World), "@row-25/a");
    }

    private static async Task Clocks_may_differ_by_a_minute(FieldWorld field)
    {
        await using var issuer = await field.TrustedStubAsync("row-26", "@row-26/*");
        await field.World.TrustGithubAsync("@row-26/a");

        await field.GrantedAsync(Mint(-300, -59), "@row-26/a");
        await field.RefusedAsync("token-expired", Mint(-300, -61), "@row-26/a");
        await field.GrantedAsync(Mint(59, 300), "@row-26/a");
        await field.RefusedAsync("token-not-yet-valid", Mint(62, 300), "@row-26/a");

        string Mint(int from, int until) => issuer.Mint(
            field.World, new JsonObject { ["iat"] = field.Now + from, ["nbf"] = field.Now + from, ["exp"] = field.Now + until });
    }

    private static async Task A_token_that_lives_longer_than_its_providers_do_is_refused(FieldWorld field)
    {
        await using var issuer = await field.TrustedStubAsync("row-27", "@row-27/*");
        await field.World.TrustGithubAsync("@row-27/a");

        await field.GrantedAsync(Mint(-500, 100), "@row-27/a");
        await field.RefusedAsync("token-lives-too-long", Mint(-500, 101), "@row-27/a");
        await field.RefusedAsync("token-lives-too-long", Mint(-86_400, 100), "@row-27/a");

        string Mint(int from, int until) => issuer.Mint(
            field.World, new JsonObject { ["iat"] = field.Now + from, ["nbf"] = field.Now + from, ["exp"] = field.Now + until });
    }

    private static async Task After_its_publish_a_token_is_refused(FieldWorld field)
    {
        const string Package = "@acme/row-28";
        await field.World.TrustGithubAsync(Package);
        var id = Claim("jti", "row-28");
        var token = field.World.Github(id);
        var atOnce = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => field.World.ExchangedAsync(token, Package)));
        // Whichever came last is the one that counts.
        var live = await field.World.App.ReadAsync(db => db.PublishTokens.CountAsync(row => row.Names == Package && row.RevokedAt == null && row.UsedAt == null));
        Assert.Equal((8, 1), (atOnce.Length, live));

        await field.PublishedAsync(token, "1.0.0", Package);

        await field.RefusedAsync("token-replayed", token, Package);
        await field.RefusedAsync("token-replayed", field.World.Github(id), Package);
    }

    private static async Task The_memory_lasts_longer_than_the_leeway(FieldWorld field)
    {
        await field.World.TrustGithubAsync("@acme/row-29");
        var token = field.World.Github();
        await field.PublishedAsync(token, "1.0.0", "@acme/row-29");

        // Five minutes of life and all but a second of the leeway.
        field.World.App.Clock.Advance(TimeSpan.FromSeconds(300 + 59));

        await field.RefusedAsync("token-replayed", token, "@acme/row-29");
    }

    private static async Task A_refusal_burns_nothing(FieldWorld field)
    {
        var token = field.World.Github();
        await field.RefusedAsync("no-matching-policy", token, "@acme/row-30");
        await field.World.TrustGithubAsync("@acme/row-30");

        await field.PublishedAsync(token, "1.0.0", "@acme/row-30");
    }

    private static async Task A_token_that_names_no_key_is_malformed(FieldWorld field)
    {
        await field.World.TrustGithubAsync("@acme/row-31");
        var honest = field.World.Github();
        var header = IdentityToken.Header(honest);
        header.Remove("kid");

        await field.RefusedAsync(
            "malformed-token", IdentityToken.Join(header.ToJsonString(), IdentityToken.Payload(honest).ToJsonString(), _ => new byte[256]), "@acme/row-31");
    }

    private static async Task Keys_are_kept_refetched_for_an_unknown_one_and_serve_while_the_issuer_is_down(FieldWorld field)
    {
        await using var issuer = await field.TrustedStubAsync("row-32", "@row-32/*");
        await field.World.TrustGithubAsync("@row-32/a");
        await field.GrantedAsync(issuer.Mint(field.World), "@row-32/a");
        await field.GrantedAsync(issuer.Mint(field.World), "@row-32/a");
        Assert.Equal(1, issuer.DiscoveryRequests);

        field.World.App.Clock.Advance(TimeSpan.FromMinutes(1));
        for (var number = 0; number < 20; number++)
        {
            await field.RefusedAsync("unknown-key", issuer.Mint(field.World, keyId: $"key-{number}"), "@row-32/a");
        }
        Assert.Equal(2, issuer.DiscoveryRequests);

        issuer.Discovery = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        field.World.App.Clock.Advance(TimeSpan.FromHours(2));
        await field.GrantedAsync(issuer.Mint(field.World), "@row-32/a");
    }

    private static async Task Keys_on_another_host_are_not_asked_for(FieldWorld field)
    {
        await using var other = await StubIssuer.StartAsync();
        await using var issuer = await field.TrustedStubAsync("row-33", "@row-33/*");
        var document = issuer.DiscoveryDocument;
        document["jwks_uri"] = other.Url.OriginalString + "/keys";
        issuer.Discovery = StubIssuer.Answering(document.ToJsonString());

        using var answer = await field.World.ExchangeAsync(issuer.Mint(field.World), "@row-33/a");

        await answer.ShouldExplainAsync(HttpStatusCode.ServiceUnavailable, "issuer-unreachable");
        Assert.Empty(other.Requests);
    }

    private static async Task Undeclared_claims_are_ignored_and_not_kept(FieldWorld field)
    {
        const string Package = "@acme/row-34";
        await field.World.TrustGithubAsync(Package);

        await field.PublishedAsync(field.World.Github(Claim("a_claim_of_next_year", "some-value-of-it")), "1.0.0", Package);

        var runs = await field.World.App.ReadAsync(db => db.Versions
            .Where(row => db.Packages.Any(found => found.Id == row.PackageId && found.Name == Package)).Select(row => row.RunJson).ToListAsync());
        Assert.DoesNotContain("some-value-of-it", Assert.Single(runs), StringComparison.Ordinal);
    }

    private static async Task Either_form_of_the_subject_will_do_and_ids_in_it_must_agree(FieldWorld field)
    {
        await field.World.TrustGithubAsync("@acme/row-35");

        await field.GrantedAsync(Of("repo:octo-org/octo-repo:ref:refs/tags/v1.2.3"), "@acme/row-35");
        await field.GrantedAsync(Of("repo:octo-org@65/octo-repo@74:ref:refs/tags/v1.2.3"), "@acme/row-35");
        await field.GrantedAsync(Of("something an organisation composed"), "@acme/row-35");
        await field.RefusedAsync("claims-inconsistent", Of("repo:octo-org@65/octo-repo@75:ref:refs/tags/v1.2.3"), "@acme/row-35");

        string Of(string subject) => field.World.Github(Claim("sub", subject));
    }
}
