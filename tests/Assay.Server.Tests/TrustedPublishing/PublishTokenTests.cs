using System.Net;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What ends a publish token before its publish.</summary>
public sealed class PublishTokenTests
{
    [Fact]
    public async Task A_token_of_one_package_does_not_publish_another_that_the_same_run_is_trusted_for()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.TrustGithubAsync("@acme/other");
        var token = await world.ExchangedAsync(world.Github());

        using var answer = await world.PublishAsync(token, "1.0.0", "@acme/other");

        await answer.ShouldExplainAsync(HttpStatusCode.Forbidden, "wrong-package");
        Assert.Empty(await world.VersionsAsync("@acme/other"));
    }

    // The URL names the token's package, the document another.
    [Fact]
    public async Task A_document_about_another_package_is_refused_under_the_tokens_own_name()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());

        using var answer = await world.App.PutAsync("/@acme%2fhello", token, new TestPackage("@acme/other", "1.0.0").Document());

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "name-mismatch");
        Assert.Empty(await world.App.ReadAsync(db => db.Versions.ToListAsync()));
    }

    // As npm's workspaces publish does: it keeps the first package's token when the second one's exchange fails.
    [Fact]
    public async Task After_a_refused_exchange_the_wrong_token_is_answered_with_the_reason_of_that_refusal()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());
        await world.ExchangeAsync(world.Github(), "@acme/other");

        using var answer = await world.PublishAsync(token, "1.0.0", "@acme/other");

        var text = await answer.ShouldExplainAsync(HttpStatusCode.Forbidden, "wrong-package");
        Assert.Contains("The exchange for @acme/other was refused: Trusted publishing refused", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(14, HttpStatusCode.Created)]
    [InlineData(15, HttpStatusCode.Unauthorized)]
    public async Task A_token_lives_fifteen_minutes(int minutes, HttpStatusCode status)
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());
        world.App.Clock.Advance(TimeSpan.FromMinutes(minutes));

        using var answer = await world.PublishAsync(token, "1.0.0");

        if (status == HttpStatusCode.Created)
        {
            await answer.ShouldBeAsync(status);
        }
        else
        {
            await answer.ShouldBeRefusedAsync(status, "publish-token-expired");
            Assert.Empty(await world.VersionsAsync());
        }
    }

    [Fact]
    public async Task Deleting_the_policy_kills_its_tokens()
    {
        await using var world = await TrustWorld.StartAsync();
        var policy = await world.TrustGithubAsync();
        var token = await world.ExchangedAsync(world.Github());
        await world.RevokeTrustAsync(TrustWorld.Package, policy);

        using var answer = await world.PublishAsync(token, "1.0.0");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "policy-changed");
        Assert.Empty(await world.VersionsAsync());
    }

    [Fact]
    public async Task A_like_policy_made_anew_does_not_revive_the_tokens_of_the_old_one()
    {
        await using var world = await TrustWorld.StartAsync();
        var policy = await world.TrustGithubAsync();
        var token = await world.ExchangedAsync(world.Github());
        await world.RevokeTrustAsync(TrustWorld.Package, policy);
        await world.TrustGithubAsync();

        using var answer = await world.PublishAsync(token, "1.0.0");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "policy-changed");
    }

    [Fact]
    public async Task An_edited_policy_kills_its_tokens()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());
        await world.EditPolicyAsync(row => row.EndsAt = world.App.Clock.GetUtcNow());

        using var answer = await world.PublishAsync(token, "1.0.0");

        await answer.ShouldExplainAsync(HttpStatusCode.Forbidden, "policy-changed");
    }

    [Fact]
    public async Task Disabling_the_issuer_kills_its_tokens()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());
        await world.DisableIssuerAsync("github");

        using var answer = await world.PublishAsync(token, "1.0.0");

        await answer.ShouldExplainAsync(HttpStatusCode.Forbidden, "policy-changed");
        Assert.Empty(await world.VersionsAsync());
    }

    [Fact]
    public async Task A_token_that_nobody_minted_is_answered_with_the_way_to_trusted_publishing()
    {
        await using var world = await TrustWorld.WithPolicyAsync();

        using var answer = await world.PublishAsync("npm_000000000000000000000000000000000000", "1.0.0");

        Assert.Contains("npm trust", await answer.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_token_itself_publishes_nothing()
    {
        await using var world = await TrustWorld.WithPolicyAsync();

        using var answer = await world.PublishAsync(world.Github(), "1.0.0");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Empty(await world.VersionsAsync());
    }

    [Fact]
    public async Task A_publish_that_asks_for_public_access_does_not_exceed_the_ceiling()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());

        using var answer = await new TestPackage(TrustWorld.Package, "1.0.0") { Access = "public" }.PublishAsync(world.App, token);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "access-conflict");
        Assert.Empty(await world.VersionsAsync());
    }

    [Fact]
    public async Task Only_a_hash_of_the_token_is_stored()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var identityToken = world.Github();
        var token = await world.ExchangedAsync(identityToken);
        await (await world.PublishAsync(token, "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);

        var files = Directory.EnumerateFiles(world.App.DataDirectory, "registry.db*").Select(TrustWorld.ReadWhileOpen).ToList();

        // What is stored besides shows that the search would find a text.
        Assert.Contains(files, bytes => Holds(bytes, "octo-org/octo-repo"));
        Assert.DoesNotContain(files, bytes => Holds(bytes, token) || Holds(bytes, identityToken) || Holds(bytes, identityToken.Split('.')[2]));
        Assert.DoesNotContain(files, bytes => Holds(bytes, token[4..]));
    }

    private static bool Holds(byte[] bytes, string text) => bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(text)) >= 0;
}
