using System.Net;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Assay.Trust.People;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Packages.Locks;

/// <summary>Tokens that were made to do without the second factor may, where the lock allows it, and nowhere else.</summary>
public sealed class BypassingTokenTests
{
    private const string Package = "@acme/x";
    private const string Tag = "/-/package/@acme%2fx/dist-tags/stable";
    private const string Required = "--Assay:Identity:SecondFactor=required";

    [Fact]
    public async Task Where_tokens_are_allowed_it_publishes_and_changes_without_one()
    {
        await using var app = await RegistryApp.StartAsync([Required, "--Assay:Packages:Lock=tokens-allowed"]);
        var (_, token, _) = await WithTokenAsync(app);

        await app.PublishedAsync(token, new TestPackage(Package, "1.1.0"));
        await (await app.PutAsync(Tag, token, JsonValue.Create("1.0.0"))).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Elsewhere_it_is_asked_like_everybody()
    {
        await using var app = await RegistryApp.StartAsync([Required]);
        var (_, token, _) = await WithTokenAsync(app);

        await (await new TestPackage(Package, "1.1.0").PublishAsync(app, token)).ShouldAskAsync();
        await (await app.PutAsync(Tag, token, JsonValue.Create("1.0.0"))).ShouldAskAsync();
    }

    [Fact]
    public async Task With_a_code_it_publishes_there_too()
    {
        await using var app = await RegistryApp.StartAsync([Required]);
        var (_, token, factor) = await WithTokenAsync(app);

        await (await new TestPackage(Package, "1.1.0").PublishAsync(app, token, factor.NextCode())).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_is_taken_from_CI_alone_it_does_not_publish()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Packages:Lock=tokens-allowed"]);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage(Package, "1.0.0"));
        await app.LockedAsync(alice, Package, Locking.OidcOnly);

        using var refused = await new TestPackage(Package, "1.1.0").PublishAsync(app, await app.BypassingTokenAsync(alice));

        await refused.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "oidc-only");
    }

    [Fact]
    public async Task The_lock_of_the_package_counts_and_not_only_the_registrys()
    {
        await using var app = await RegistryApp.StartAsync([Required, Locking.AtOnce]);
        var (alice, token, factor) = await WithTokenAsync(app);

        using var loosened = await app.WithCodeAsync(HttpMethod.Put, Locking.PathOf(Package), alice, factor.NextCode(), Locking.Lock(Locking.Tokens));

        await loosened.ShouldBeAsync(HttpStatusCode.OK);
        await app.PublishedAsync(token, new TestPackage(Package, "1.1.0"));
        await (await new TestPackage("@acme/other", "1.0.0").PublishAsync(app, token)).ShouldAskAsync();
    }

    // Whoever holds one must not open the way for it.
    [Fact]
    public async Task It_never_changes_locks_owners_or_access_without_one()
    {
        await using var app = await RegistryApp.StartAsync([Required, "--Assay:Packages:Lock=tokens-allowed"]);
        var (_, token, _) = await WithTokenAsync(app);

        await (await app.SetLockAsync(token, Package, Locking.OidcOnly)).ShouldAskAsync();
        await (await app.PostAsync("/-/package/@acme%2fx/access", token, new JsonObject { ["publish_requires_tfa"] = false })).ShouldAskAsync();
        await (await app.SetAccessAsync(token, Package, "teams")).ShouldAskAsync();
        await (await app.PutAsync("/-/package/@acme%2fx/owners", token, new JsonObject { ["user"] = "alice" })).ShouldAskAsync();
    }

    // The gate let it pass by a lock that is another one when it counts.
    [Theory]
    [InlineData(Locking.SecondFactor, "tokens-not-allowed")]
    [InlineData(Locking.OidcOnly, "oidc-only")]
    public async Task A_lock_that_is_set_between_the_gate_and_the_commit_counts(string word, string code)
    {
        var between = new Between();
        await using var app = await RegistryApp.StartAsync(["--Assay:Packages:Lock=tokens-allowed"], replace: services => services.AddSingleton<INewNames>(between));
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var token = await app.BypassingTokenAsync(root);
        between.Act = () => app.LockedAsync(root, "@acme", word);

        using var published = await new TestPackage(Package, "1.0.0").PublishAsync(app, token);

        await published.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, code);
        Assert.Equal(0, (await app.FactsAsync()).Versions);
    }

    [Fact]
    public async Task And_so_it_does_for_tags()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Packages:Lock=tokens-allowed"]);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage(Package, "1.0.0"));
        var caller = new Caller.Member(1, "alice", "", false, new AccessTokenUse(1, "key", new TokenReach { Packages = TokenPermission.Write, BypassesSecondFactor = true }), "local")
        {
            Standing = new Standing(1, IsAdministrator: false),
        };
        Assert.True(PackageName.TryParse(Package, out var name));
        Assert.True(DistTag.TryParse("stable", out var tag));

        var refusal = await app.Services.GetRequiredService<ChangePackage>().SetTagAsync(name, tag, "1.0.0", caller, async (proof, _) =>
        {
            Assert.Equal(PublishProof.Token, proof);
            await app.LockedAsync(alice, Package, Locking.SecondFactor);
            return null;
        }, CancellationToken.None);

        Assert.Equal("tokens-not-allowed", refusal?.Code);
    }

    private static async Task<(string Alice, string Token, TestFactor Factor)> WithTokenAsync(RegistryApp app)
    {
        var alice = await app.SignedInAsync("alice");
        var factor = await app.EnrolledAsync(alice);
        await (await new TestPackage(Package, "1.0.0").PublishAsync(app, alice, factor.NextCode())).ShouldBeAsync(HttpStatusCode.Created);
        using var made = await app.WithCodeAsync(HttpMethod.Post, "/-/npm/v1/tokens", alice, factor.NextCode(),
            JsonNode.Parse("""{"name":"ci","packages_all":true,"packages_and_scopes_permission":"read-write","bypass_2fa":true,"password":"a long enough password"}"""));
        return (alice, (string)(await made.ShouldBeAsync(HttpStatusCode.Created))["token"]!, factor);
    }

    /// <summary>Asked of a new name between the first look and the commit.</summary>
    private sealed class Between : INewNames
    {
        public Func<Task> Act { get; set; } = () => Task.CompletedTask;

        public async ValueTask<NewName> AskAsync(PackageName name, CancellationToken cancellationToken)
        {
            await Act();
            return default;
        }
    }
}
