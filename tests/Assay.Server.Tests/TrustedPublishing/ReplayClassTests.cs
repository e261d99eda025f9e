using System.Net;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Trust.Policies;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>One identity token presented again, class by class.</summary>
public sealed class ReplayClassTests
{
    private const TrustActions All = TrustActions.Publish | TrustActions.DistTag | TrustActions.Deprecate | TrustActions.Read;
    private const string Fewer = "--Assay:TrustedPublishing:ExchangesPerToken=2";
    private const string FewerReads = "--Assay:TrustedPublishing:ReadExchangesPerToken=2";

    // A job that moves a tag after its publish has only the one token, at GitLab and CircleCI.
    [Fact]
    public async Task After_its_publish_an_identity_token_is_still_good_for_tags_and_reading_but_for_no_publish()
    {
        await using var world = await TokenUse.WithActionsAsync(TrustActions.Publish | TrustActions.Read);
        var identityToken = world.Github();
        await (await world.PublishAsync(await world.AskedAsync(identityToken, "publish"), "2.0.0")).ShouldBeAsync(HttpStatusCode.Created);

        var tags = await world.AskedAsync(identityToken, "dist-tag");
        await world.AskedAsync(identityToken, "read");
        using var again = await world.AskAsync(identityToken, "publish", TrustWorld.Package);
        using var staging = await world.AskAsync(identityToken, "stage", TrustWorld.Package);

        await (await world.TagAsync(tags, "stable", "2.0.0")).ShouldBeAsync(HttpStatusCode.OK);
        await again.ShouldExplainAsync(HttpStatusCode.Unauthorized, "token-replayed");
        await staging.ShouldExplainAsync(HttpStatusCode.Unauthorized, "action-not-granted");
    }

    [Fact]
    public async Task A_change_closes_nothing()
    {
        await using var world = await TokenUse.WithActionsAsync(All);
        var identityToken = world.Github();
        await (await world.TagAsync(await world.AskedAsync(identityToken, "dist-tag"), "one", "1.0.0")).ShouldBeAsync(HttpStatusCode.OK);

        var again = await world.AskedAsync(identityToken, "dist-tag");

        await (await world.TagAsync(again, "two", "1.0.0")).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("dist-tag", "dist-tag")]
    [InlineData("dist-tag", "deprecate")]
    [InlineData("publish", "publish")]
    public async Task A_repeat_replaces_the_earlier_token_of_its_class(string first, string second)
    {
        await using var world = await TokenUse.WithActionsAsync(All);
        var identityToken = world.Github();
        var earlier = await world.AskedAsync(identityToken, first);
        await (await world.ReadAsync(earlier)).ShouldBeReadAsync();
        var later = await world.AskedAsync(identityToken, second);

        using var withEarlier = await world.ReadAsync(earlier);
        using var withLater = await world.ReadAsync(later);

        await withEarlier.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publish-token-expired");
        await withLater.ShouldBeReadAsync();
    }

    [Fact]
    public async Task A_token_of_one_class_does_not_replace_one_of_another()
    {
        await using var world = await TokenUse.WithActionsAsync(All);
        var identityToken = world.Github();
        var publish = await world.AskedAsync(identityToken, "publish");
        var tags = await world.AskedAsync(identityToken, "dist-tag");
        await world.AskedAsync(identityToken, "read");

        await (await world.TagAsync(tags, "next", "1.0.0")).ShouldBeAsync(HttpStatusCode.OK);
        await (await world.PublishAsync(publish, "2.0.0")).ShouldBeAsync(HttpStatusCode.Created);
    }

    // Steps that install side by side would end each other's token.
    [Fact]
    public async Task A_repeat_for_reading_leaves_the_earlier_token_alive()
    {
        await using var world = await TokenUse.WithActionsAsync(All);
        var identityToken = world.Github();
        var first = await world.AskedAsync(identityToken, "read");
        var second = await world.AskedAsync(identityToken, "read");

        await (await world.ReadAsync(first)).ShouldBeReadAsync();
        await (await world.ReadAsync(second)).ShouldBeReadAsync();
    }

    [Theory]
    [InlineData("publish", Fewer)]
    [InlineData("dist-tag", Fewer)]
    [InlineData("read", FewerReads)]
    public async Task Repeats_are_capped_class_by_class(string action, string cap)
    {
        await using var world = await TokenUse.WithActionsAsync(All, cap);
        var identityToken = world.Github();
        await world.AskedAsync(identityToken, action);
        await world.AskedAsync(identityToken, action);

        using var third = await world.AskAsync(identityToken, action, TrustWorld.Package);
        using var other = await world.AskAsync(identityToken, action == "read" ? "dist-tag" : "read", TrustWorld.Package);

        await third.ShouldExplainAsync(HttpStatusCode.TooManyRequests, "too-many-exchanges");
        await other.ShouldBeAsync(HttpStatusCode.Created);
    }

    // Else every set of names would be counted anew, and there are as many as one likes.
    [Fact]
    public async Task Reading_is_counted_whatever_the_names_are()
    {
        await using var world = await TokenUse.WithActionsAsync(All, FewerReads);
        await new TestPolicy(TrustActions.Read) { Target = "@acme/*" }.AddToAsync(world);
        var identityToken = world.Github();
        await world.AskedAsync(identityToken, "read", "@acme/a");
        await world.AskedAsync(identityToken, "read", "@acme/b", "@acme/c");

        using var third = await world.AskAsync(identityToken, "read", "@acme/*");

        await third.ShouldExplainAsync(HttpStatusCode.TooManyRequests, "too-many-exchanges");
    }

    [Fact]
    public async Task Changes_of_another_package_are_counted_for_themselves()
    {
        await using var world = await TokenUse.WithActionsAsync(All, Fewer);
        await new TestPolicy(All) { Target = "@acme/other" }.AddToAsync(world);
        var identityToken = world.Github();
        var first = await world.AskedAsync(identityToken, "dist-tag");
        await world.AskedAsync(identityToken, "dist-tag", "@acme/other");
        await world.AskedAsync(identityToken, "dist-tag", "@acme/other");

        await (await world.TagAsync(first, "next", "1.0.0")).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("dist-tag")]
    [InlineData("read")]
    public async Task A_refused_exchange_burns_nothing(string action)
    {
        await using var world = await TrustWorld.StartAsync(["--Assay:TrustedPublishing:ExchangesPerToken=1", "--Assay:TrustedPublishing:ReadExchangesPerToken=1"]);
        await world.PublishedByMemberAsync("1.0.0");
        var identityToken = world.Github();
        await (await world.AskAsync(identityToken, action, TrustWorld.Package)).ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
        await new TestPolicy(All).AddToAsync(world);

        using var answer = await world.AskAsync(identityToken, action, TrustWorld.Package);

        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }
}
