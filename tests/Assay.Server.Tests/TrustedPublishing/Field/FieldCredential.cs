using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;
using static Assay.Server.Tests.TrustedPublishing.Field.FieldWorld;

namespace Assay.Server.Tests.TrustedPublishing.Field;

/// <summary>Rows 52-64: the credential that an exchange answers.</summary>
internal static class FieldCredential
{
    public static IReadOnlyList<FieldRow> Rows =>
    [
        new(52, "Exchange endpoint", Npms_own_endpoint_answers_npms_own_shape),
        new(53, "Lifetime", A_token_lives_fifteen_minutes),
        new(54, "Scope", A_token_is_good_for_one_package),
        new(55, "Actions grantable", Each_class_of_actions_is_granted_by_itself),
        new(56, "OIDC for installs / reads", A_run_reads_private_packages_and_nothing_else),
        new(57, "Prefix for secret scanning", A_token_has_npms_prefix_and_a_checksum),
        new(58, "Secret-scanning revocation covers these tokens", A_reported_token_is_revoked),
        new(59, "Revoke endpoint", A_job_ends_the_token_that_it_presents),
        new(60, "One-shot (dies after the publish)", A_token_publishes_once),
        new(62, "Stored as", Only_a_hash_is_stored),
        new(63, "Build context kept with the token", The_run_is_kept_with_the_version),
        new(64, "Edit/delete of a policy kills live tokens", What_a_policy_granted_ends_with_it),
    ];

    private static async Task Npms_own_endpoint_answers_npms_own_shape(FieldWorld field)
    {
        await field.World.TrustGithubAsync("@acme/row-52");

        using var answer = await field.World.App.SendAsync(
            HttpMethod.Post, "/-/npm/v1/oidc/token/exchange/package/@acme%2frow-52", field.World.Github());

        var body = await answer.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(["token_type", "token", "created", "expires"], body.Select(member => member.Key));
        Assert.Equal("oidc", (string?)body["token_type"]);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
    }

    private static async Task A_token_lives_fifteen_minutes(FieldWorld field)
    {
        await field.World.TrustGithubAsync("@acme/row-53");
        var early = await field.World.ExchangedAsync(field.World.Github(), "@acme/row-53");
        field.World.App.Clock.Advance(TimeSpan.FromMinutes(1));
        var late = await field.World.ExchangedAsync(field.World.Github(), "@acme/row-53");

        field.World.App.Clock.Advance(TimeSpan.FromMinutes(14));

        await field.DeadAsync("publish-token-expired", early, "@acme/row-53");
        await (await field.World.PublishAsync(late, "1.0.0", "@acme/row-53")).ShouldBeAsync(HttpStatusCode.Created);
    }

    private static async Task A_token_is_good_for_one_package(FieldWorld field)
    {
        await field.World.TrustGithubAsync("@acme/row-54-a");
        await field.World.TrustGithubAsync("@acme/row-54-b");
        var token = await field.World.ExchangedAsync(field.World.Github(), "@acme/row-54-a");

        await field.DeadAsync("wrong-package", token, "@acme/row-54-b");

        await (await field.World.PublishAsync(token, "1.0.0", "@acme/row-54-a")).ShouldBeAsync(HttpStatusCode.Created);
    }

    private static async Task Each_class_of_actions_is_granted_by_itself(FieldWorld field)
    {
        const string Package = "@acme/row-55";
        await field.ByHandAsync(Package);
        await field.WrittenAsync(Package, Github("actions", """["dist-tag"]"""));
        var token = await field.AskedAsync(field.World.Github(), "dist-tag", Package);

        using var tagged = await field.World.App.PutAsync("/-/package/@acme%2frow-55/dist-tags/next", token, JsonValue.Create("1.0.0"));

        await tagged.ShouldBeAsync(HttpStatusCode.OK);
        await field.DeadAsync("action-not-granted", token, Package);
        await field.RefusedAsync("action-not-granted", field.World.Github(), Package);
        foreach (var other in new[] { "stage", "deprecate", "unpublish", "read" })
        {
            using var refused = await field.AskAsync(field.World.Github(), other, Package);
            await refused.ShouldExplainAsync(HttpStatusCode.Unauthorized, "action-not-granted");
        }
    }

    private static async Task A_run_reads_private_packages_and_nothing_else(FieldWorld field)
    {
        await field.ByHandAsync("@row-56/secret");
        await field.ByHandAsync("@acme/row-56");
        await field.WrittenAsync("@row-56/*", Github("actions", """["read"]"""));
        var token = await field.AskedAsync(field.World.Github(), "read", "@row-56/*");

        using var read = await field.World.App.GetAsync("/@row-56%2fsecret", token);
        using var tarball = await field.World.App.GetAsync("/@row-56/secret/-/secret-1.0.0.tgz", token);
        using var elsewhere = await field.World.App.GetAsync("/@acme%2frow-56", token);
        using var write = await field.World.PublishAsync(token, "1.0.1", "@row-56/secret");

        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Equal(HttpStatusCode.OK, tarball.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, write.StatusCode);
    }

    private static async Task A_token_has_npms_prefix_and_a_checksum(FieldWorld field)
    {
        await field.World.TrustGithubAsync("@acme/row-57");

        var token = await field.World.ExchangedAsync(field.World.Github(), "@acme/row-57");

        Assert.StartsWith("npm_", token, StringComparison.Ordinal);
        Assert.True(NpmToken.TryParse(token, out _));
        Assert.False(NpmToken.TryParse(token[..^1] + (token[^1] == '0' ? '1' : '0'), out _));
    }

    private static async Task A_reported_token_is_revoked(FieldWorld field)
    {
        await field.World.TrustGithubAsync("@acme/row-58");
        var token = await field.World.ExchangedAsync(field.World.Github(), "@acme/row-58");
        var report = new JsonArray(new JsonObject { ["token"] = token, ["type"] = "npm", ["url"] = "https://github.com/octo-org/octo-repo", ["source"] = "content" });

        using var answer = await field.World.App.PostAsync("/-/assay/v1/leaked-tokens", null, report);

        Assert.Contains("true_positive", await answer.Content.ReadAsStringAsync());
        await field.DeadAsync("publish-token-expired", token, "@acme/row-58");
    }

    private static async Task A_job_ends_the_token_that_it_presents(FieldWorld field)
    {
        const string Address = "/-/assay/v1/oidc/token";
        await field.World.TrustGithubAsync("@acme/row-59");
        var token = await field.World.ExchangedAsync(field.World.Github(), "@acme/row-59");
        var other = await field.World.ExchangedAsync(field.World.Github(), "@acme/row-59");

        using var ended = await field.World.App.DeleteAsync(Address, token);

        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await field.DeadAsync("publish-token-expired", token, "@acme/row-59");
        await (await field.World.PublishAsync(other, "1.0.0", "@acme/row-59")).ShouldBeAsync(HttpStatusCode.Created);
        var recorded = await field.World.App.ReadAsync(db => db.AuditEvents.SingleAsync(row => row.Action == "exchanged-token.revoked"));
        Assert.Equal("@acme/row-59", recorded.Subject);
        using var byPerson = await field.World.App.DeleteAsync(Address, field.World.Administrator);
        using var byNobody = await field.World.App.DeleteAsync(Address, token: null);
        await byPerson.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "exchanged-token-only");
        await byNobody.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
    }

    private static async Task A_token_publishes_once(FieldWorld field)
    {
        await field.World.TrustGithubAsync("@acme/row-60");
        var token = await field.World.ExchangedAsync(field.World.Github(), "@acme/row-60");
        await (await field.World.PublishAsync(token, "1.0.0", "@acme/row-60")).ShouldBeAsync(HttpStatusCode.Created);

        await field.DeadAsync("publish-token-used", token, "@acme/row-60");
        // npm sends a publish again when its answer was lost.
        await (await field.World.PublishAsync(token, "1.0.0", "@acme/row-60")).ShouldBeAsync(HttpStatusCode.Created);
    }

    private static async Task Only_a_hash_is_stored(FieldWorld field)
    {
        await field.World.TrustGithubAsync("@acme/row-62");
        var text = await field.World.ExchangedAsync(field.World.Github(), "@acme/row-62");

        var row = await field.World.App.ReadAsync(db => db.PublishTokens.SingleAsync(token => token.Names == "@acme/row-62"));
        var files = Directory.EnumerateFiles(field.World.App.DataDirectory, "registry.db*").Select(TrustWorld.ReadWhileOpen).ToList();

        Assert.True(NpmToken.TryParse(text, out var token));
        Assert.Equal(token.Hash.ToArray(), row.Hash);
        Assert.Contains(files, bytes => bytes.AsSpan().IndexOf(row.Hash) >= 0);
        Assert.DoesNotContain(files, bytes => bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text["npm_".Length..])) >= 0);
    }

    private static async Task The_run_is_kept_with_the_version(FieldWorld field)
    {
        const string Package = "@acme/row-63";
        await field.World.TrustGithubAsync(Package);

        await field.PublishedAsync(field.World.Github(Claim("run_id", "4711")), "1.0.0", Package);

        var run = JsonNode.Parse((await field.World.App.ReadAsync(db => db.Versions
            .SingleAsync(row => db.Packages.Any(found => found.Id == row.PackageId && found.Name == Package)))).RunJson!)!;
        Assert.Equal(field.World.Ci.Github.OriginalString, (string?)run["issuer"]);
        foreach (var (claim, value) in new[] { ("run_id", "4711"), ("repository_id", "74"), ("ref", "refs/tags/v1.2.3"), ("runner_environment", "github-hosted") })
        {
            Assert.Equal(value, (string?)run["claims"]![claim]);
        }
        // People are not what a version is made of.
        Assert.Null(run["claims"]!["actor"]);
    }

    private static async Task What_a_policy_granted_ends_with_it(FieldWorld field)
    {
        const string Package = "@acme/row-64";
        var id = await field.World.TrustGithubAsync(Package);
        var token = await field.World.ExchangedAsync(field.World.Github(), Package);

        using var ended = await field.World.App.DeleteAsync($"/-/assay/v1/policies/{id}", field.World.Administrator);

        await ended.ShouldBeAsync(HttpStatusCode.OK);
        await field.DeadAsync("policy-changed", token, Package);
        // A like one made anew does not revive it.
        await field.World.TrustGithubAsync(Package);
        await field.DeadAsync("policy-changed", token, Package);
    }
}
