using System.Net;
using Assay.Server.Data;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What ends tokens before their time, and which it spares.</summary>
public sealed class RevokeTokensTests
{
    [Fact]
    public async Task By_policy_every_token_that_rests_on_it_even_in_part()
    {
        await using var world = await WorldAsync();
        var own = await new TestPolicy(TrustActions.Read) { Target = "@acme/own" }.AddToAsync(world);
        var both = await world.AskedAsync(world.Github(), "read", "@acme/*", "@acme/own");
        var other = await world.AskedAsync(world.Github(), "read", "@acme/*");

        await RevokedAsync(world, 1, commit => RevokeTokens.OfPolicyAsync(commit, own, CancellationToken.None));

        await IsDeadAsync(world, both);
        await IsAliveAsync(world, other);
    }

    [Fact]
    public async Task By_issuer()
    {
        await using var world = await WorldAsync();
        var first = await world.AskedAsync(world.Github(TokenUse.Run("1")), "read", "@acme/*");
        var second = await world.AskedAsync(world.Github(TokenUse.Run("2")), "dist-tag");

        await RevokedAsync(world, 0, commit => RevokeTokens.OfBindingAsync(commit, "gitlab", CancellationToken.None));
        await RevokedAsync(world, 2, commit => RevokeTokens.OfBindingAsync(commit, "github", CancellationToken.None));

        await IsDeadAsync(world, first);
        await IsDeadAsync(world, second);
    }

    [Theory]
    [InlineData("@acme/hello", true, true, true)]
    [InlineData("@acme/he*", true, true, true)]
    [InlineData("@acme/x*", false, true, false)]
    [InlineData("@acme/he-*", false, true, true)]
    [InlineData("@else/*", false, false, false)]
    [InlineData("*", true, true, true)]
    public async Task By_names_every_token_for_any_of_them(string target, bool exact, bool scope, bool pattern)
    {
        await using var world = await WorldAsync();
        var tokens = new[]
        {
            (Token: await world.AskedAsync(world.Github(), "read"), Dies: exact),
            (Token: await world.AskedAsync(world.Github(), "read", "@acme/*"), Dies: scope),
            (Token: await world.AskedAsync(world.Github(), "read", "@acme/he*"), Dies: pattern),
        };
        Assert.True(NamePattern.TryParse(target, out var names));

        await RevokedAsync(world, tokens.Count(token => token.Dies), commit => RevokeTokens.OverlappingAsync(commit, names, "github", TrustActions.Read | TrustActions.Publish, CancellationToken.None));

        await RevokedAsync(world, 0, commit => RevokeTokens.OverlappingAsync(commit, NamePattern.Everything, "gitlab", TrustActions.Read, CancellationToken.None));
        await RevokedAsync(world, 0, commit => RevokeTokens.OverlappingAsync(commit, NamePattern.Everything, null, TrustActions.Publish, CancellationToken.None));
        foreach (var (token, dies) in tokens)
        {
            await (dies ? IsDeadAsync(world, token) : IsAliveAsync(world, token));
        }
    }

    [Theory]
    [InlineData("@acme/he*", 1)]
    [InlineData("@acme/*", 0)]
    [InlineData("@else/*", 2)]
    public async Task By_the_names_that_are_left_to_their_issuer(string left, int dead)
    {
        await using var world = await WorldAsync();
        var narrow = await world.AskedAsync(world.Github(), "read");
        var wide = await world.AskedAsync(world.Github(), "read", TrustWorld.Package, "@acme/*");
        Assert.True(NamePattern.TryParse(left, out var names));

        await RevokedAsync(world, 0, commit => RevokeTokens.OutsideAsync(commit, "gitlab", [names], CancellationToken.None));
        await RevokedAsync(world, dead, commit => RevokeTokens.OutsideAsync(commit, "github", [names], CancellationToken.None));

        await (dead > 0 ? IsDeadAsync(world, wide) : IsAliveAsync(world, wide));
        await (dead > 1 ? IsDeadAsync(world, narrow) : IsAliveAsync(world, narrow));
    }

    [Fact]
    public async Task What_a_wider_policy_granted_for_a_packages_own_name()
    {
        await using var world = await WorldAsync();
        await new TestPolicy(TrustActions.Read) { Target = "@acme/own" }.AddToAsync(world);
        await world.PublishedByMemberAsync("1.0.0", "@acme/own");
        var byScope = await world.AskedAsync(world.Github(), "read");
        var ofPattern = await world.AskedAsync(world.Github(), "read", "@acme/*");
        var byOwn = await world.AskedAsync(world.Github(), "read", "@acme/own");
        Assert.True(NamePattern.TryParse(TrustWorld.Package, out var package));
        Assert.True(NamePattern.TryParse("@acme/own", out var own));

        await RevokedAsync(world, 1, commit => RevokeTokens.ShutOutAsync(commit, package, CancellationToken.None));
        await RevokedAsync(world, 0, commit => RevokeTokens.ShutOutAsync(commit, own, CancellationToken.None));

        await IsDeadAsync(world, byScope);
        await IsAliveAsync(world, ofPattern);
        await (await world.ReadAsync(byOwn, "@acme/own")).ShouldBeReadAsync();
    }

    // What is left to it is that its very publish is answered again.
    [Fact]
    public async Task A_used_publish_token_is_left_alone()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());
        await (await world.PublishAsync(token, "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);

        await RevokedAsync(world, 0, commit => RevokeTokens.OfBindingAsync(commit, "github", CancellationToken.None));

        await (await world.PublishAsync(token, "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_holder_is_told_why()
    {
        await using var world = await TrustWorld.StartAsync();
        var policy = await world.TrustGithubAsync();
        var ended = await world.ExchangedAsync(world.Github());
        await world.RevokeTrustAsync(TrustWorld.Package, policy);
        await world.TrustGithubAsync("@acme/other");
        var revoked = await world.ExchangedAsync(world.Github(), "@acme/other");
        await RevokedAsync(world, 1, commit => RevokeTokens.OfBindingAsync(commit, "github", CancellationToken.None));

        await (await world.ReadAsync(ended)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "policy-changed");
        await (await world.ReadAsync(revoked, "@acme/other")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publish-token-expired");
    }

    private static async Task<TrustWorld> WorldAsync()
    {
        var world = await TrustWorld.StartAsync();
        await world.PublishedByMemberAsync("1.0.0");
        await new TestPolicy(TrustActions.Read | TrustActions.DistTag) { Target = "@acme/*" }.AddToAsync(world);
        return world;
    }

    private static async Task RevokedAsync(TrustWorld world, int count, Func<Commit, Task<int>> revoke) =>
        Assert.Equal(count, await world.CommitAsync(revoke));

    // Each was used before, so that the registry remembers it as good.
    private static async Task IsAliveAsync(TrustWorld world, string token) => await (await world.ReadAsync(token)).ShouldBeReadAsync();

    private static async Task IsDeadAsync(TrustWorld world, string token) =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await world.ReadAsync(token)).StatusCode);
}
