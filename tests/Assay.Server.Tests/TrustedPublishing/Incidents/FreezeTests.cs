using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data.Rows;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing.Incidents;

/// <summary>What is frozen is not written to; reading goes on, and lifting the freeze sets it going again.</summary>
public sealed class FreezeTests
{
    public static TheoryData<string> Kinds => [FreezeRow.OfPackage, FreezeRow.OfScope, FreezeRow.OfIssuer, FreezeRow.OfProject, FreezeRow.OfWorkflow];

    public static TheoryData<string> Names => [FreezeRow.OfPackage, FreezeRow.OfScope];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_frozen_run_gets_no_token_and_is_told_who_froze_it_when_and_why(string kind)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        await world.FrozenAsync(Of(kind));

        var text = await (await world.ExchangeAsync(world.Github())).ShouldExplainAsync(HttpStatusCode.Unauthorized, "publishing-frozen");
        Assert.Contains($"since {world.App.Clock.GetUtcNow():u} by root: {ResponseExtensions.Reason}", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Reading_goes_on(string kind)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var alice = await world.App.SignedInAsync("alice");

        await world.FrozenAsync(Of(kind));

        await (await world.App.GetAsync("/@acme%2fhello", alice)).ShouldBeReadAsync();
        await (await world.App.GetAsync("/@acme/hello/-/hello-1.0.0.tgz", alice)).ShouldBeReadAsync();
        await (await world.App.GetAsync("/-/package/@acme%2fhello/dist-tags", alice)).ShouldBeReadAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Lifted_it_goes_on_with_the_very_identity_token_that_was_refused(string kind)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var freeze = await world.FrozenAsync(Of(kind));
        var identityToken = world.Github();
        await world.ExchangeAsync(identityToken);

        await (await world.LiftAsync(freeze)).ShouldBeAsync(HttpStatusCode.OK);

        await (await world.PublishAsync(await world.ExchangedAsync(identityToken), "1.1.0")).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_token_got_before_the_freeze_is_dead_and_says_why(string kind)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());
        await (await world.App.GetAsync("/@acme%2fhello", token)).ShouldBeReadAsync();

        using var frozen = await world.FreezeAsync(Of(kind));

        Assert.Equal(1, (int?)(await frozen.JsonAsync())["revokedTokens"]);
        var text = await (await world.PublishAsync(token, "1.1.0")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publishing-frozen");
        Assert.Contains($"by root: {ResponseExtensions.Reason}", text, StringComparison.Ordinal);
        Assert.Equal(["1.0.0"], await world.VersionsAsync());
    }

    // The freeze came when the token had been looked at already: the publish's own commit has the last word.
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_freeze_that_slips_in_before_the_publishes_commit_still_stops_it(string kind)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());
        await world.FreezeUnnoticedAsync(Row(kind));

        using var answer = await world.PublishAsync(token, "1.1.0");

        var text = await answer.ShouldExplainAsync(HttpStatusCode.Forbidden, "publishing-frozen");
        Assert.Contains($"by the operator: {ResponseExtensions.Reason}", text, StringComparison.Ordinal);
        Assert.Equal(["1.0.0"], await world.VersionsAsync());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Runs_keep_and_get_tokens_that_only_read_and_no_others(string kind)
    {
        await using var world = await TokenUse.WithActionsAsync(TrustActions.Read | TrustActions.DistTag);
        var reading = await world.AskedAsync(world.Github(), "read");
        var tagging = await world.AskedAsync(world.Github(), "dist-tag");

        await world.FrozenAsync(Of(kind));

        await (await world.ReadAsync(reading)).ShouldBeReadAsync();
        await (await world.ReadAsync(await world.AskedAsync(world.Github(), "read"))).ShouldBeReadAsync();
        await (await world.TagAsync(tagging, "next", "1.0.0")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publishing-frozen");
        await (await world.AskAsync(world.Github(), "dist-tag", TrustWorld.Package)).ShouldExplainAsync(HttpStatusCode.Unauthorized, "publishing-frozen");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Runs_tag_deprecate_and_unpublish_nothing_either(string kind)
    {
        await using var world = await TokenUse.WithActionsAsync(TrustActions.DistTag | TrustActions.Deprecate | TrustActions.Unpublish);
        var tagging = await world.AskedAsync(world.Github(), "dist-tag");
        var deprecating = await world.AskedAsync(world.Github(), "deprecate");
        var unpublishing = await world.AskedAsync(world.Github(), "unpublish");
        var before = await world.DocumentAsync();
        await world.FreezeUnnoticedAsync(Row(kind));

        await (await world.TagAsync(tagging, "next", "1.0.0")).ShouldExplainAsync(HttpStatusCode.Forbidden, "publishing-frozen");
        await (await world.DeprecateAsync(deprecating, "old")).ShouldExplainAsync(HttpStatusCode.Forbidden, "publishing-frozen");
        await (await world.UnpublishAsync(unpublishing, "1.0.0")).ShouldExplainAsync(HttpStatusCode.Forbidden, "publishing-frozen");

        Assert.Equal(before, await world.DocumentAsync());
    }

    [Fact]
    public async Task A_token_that_an_exchange_got_in_the_moment_of_freezing_does_not_survive_the_lifting()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());
        var freeze = await world.FreezeUnnoticedAsync(Row(FreezeRow.OfProject));

        await (await world.LiftAsync(freeze.Id)).ShouldBeAsync(HttpStatusCode.OK);

        await (await world.PublishAsync(token, "1.1.0")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publish-token-expired");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task People_change_a_frozen_package_as_little_as_runs_do(string kind)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await (await world.App.PutAsync("/-/package/@acme%2fhello/dist-tags/old", world.Administrator, JsonValue.Create("1.0.0"))).ShouldBeAsync(HttpStatusCode.OK);
        var before = await world.App.PackumentAsync(world.Administrator, TrustWorld.Package);
        var files = world.App.StoredFiles();
        await world.FrozenAsync(Of(kind));

        HttpResponseMessage[] answers =
        [
            await world.PublishAsync(world.Administrator, "1.1.0"),
            await world.App.PutAsync("/-/package/@acme%2fhello/dist-tags/new", world.Administrator, JsonValue.Create("1.0.0")),
            await world.App.DeleteAsync("/-/package/@acme%2fhello/dist-tags/old", world.Administrator),
            await world.App.PutAsync("/@acme%2fhello", world.Administrator, new JsonObject
            {
                ["versions"] = new JsonObject { ["1.0.0"] = new JsonObject { ["deprecated"] = "old" } },
            }),
            await world.App.DeleteAsync($"/@acme%2fhello/-rev/{before["_rev"]}", world.Administrator),
        ];

        foreach (var answer in answers)
        {
            await answer.ShouldExplainAsync(HttpStatusCode.Forbidden, "publishing-frozen");
        }
        Assert.Equal(before.ToJsonString(), (await world.App.PackumentAsync(world.Administrator, TrustWorld.Package)).ToJsonString());
        Assert.Equal(files, world.App.StoredFiles());
    }

    [Theory]
    [InlineData(FreezeRow.OfIssuer)]
    [InlineData(FreezeRow.OfProject)]
    [InlineData(FreezeRow.OfWorkflow)]
    public async Task Freezing_runs_does_not_stop_people(string kind)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.App.OpenToPeopleAsync(TrustWorld.Package);

        await world.FrozenAsync(Of(kind));

        await (await world.PublishAsync(world.Administrator, "1.1.0")).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task In_a_frozen_scope_nobody_begins_a_package()
    {
        await using var world = await TrustWorld.StartAsync();
        var alice = await world.App.SignedInAsync("alice");
        await world.FrozenAsync(Select.Scope());

        using var answer = await world.PublishAsync(alice, "1.0.0", "@acme/new");

        await answer.ShouldExplainAsync(HttpStatusCode.Forbidden, "publishing-frozen");
    }

    public static TheoryData<string> Neighbours =>
    [
        """{"package":"@acme/other"}""",
        """{"package":"@acme/hell"}""",
        """{"scope":"@acm"}""",
        """{"scope":"@acme2"}""",
        """{"issuer":{"binding":"gitlab"}}""",
        """{"project":{"binding":"github","project":"75"}}""",
        """{"project":{"binding":"gitlab","project":"74"}}""",
        """{"workflow":{"binding":"github","project":"74","workflow":"other.yml"}}""",
        """{"workflow":{"binding":"github","project":"75","workflow":"publish.yml"}}""",
    ];

    [Theory]
    [MemberData(nameof(Neighbours))]
    public async Task What_is_not_frozen_itself_goes_on(string neighbour)
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.App.OpenToPeopleAsync(TrustWorld.Package);
        var token = await world.ExchangedAsync(world.Github());

        await world.FrozenAsync(JsonNode.Parse(neighbour)!.AsObject());

        await (await world.PublishAsync(token, "1.1.0")).ShouldBeAsync(HttpStatusCode.Created);
        await world.PublishFromGithubAsync("1.2.0");
        await (await world.PublishAsync(world.Administrator, "1.3.0")).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_frozen_run_is_told_so_in_the_same_bytes_whatever_it_asks_for()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.FrozenAsync(Select.Project());

        var known = await (await world.ExchangeAsync(world.Github())).Content.ReadAsStringAsync();
        var unknown = await (await world.ExchangeAsync(world.Github(), "@acme/unknown")).Content.ReadAsStringAsync();

        Assert.Equal(known, unknown);
    }

    [Fact]
    public async Task A_refused_exchange_for_a_frozen_name_learns_no_ids()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.FrozenAsync(Select.Package());

        await (await world.ExchangeAsync(world.Github())).ShouldExplainAsync(HttpStatusCode.Unauthorized, "publishing-frozen");

        Assert.Empty(await world.PinsAsync());
    }

    [Fact]
    public async Task A_publish_that_was_stored_before_the_freeze_may_still_be_repeated()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var token = await world.ExchangedAsync(world.Github());
        var document = new TestPackage(TrustWorld.Package, "1.0.0").Document();
        await (await world.App.PutAsync("/@acme%2fhello", token, document)).ShouldBeAsync(HttpStatusCode.Created);
        await world.FrozenAsync(Select.Project());

        await (await world.App.PutAsync("/@acme%2fhello", token, document.DeepClone())).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Each_freeze_and_its_lifting_is_recorded()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.ExchangedAsync(world.Github());

        await world.LiftAsync(await world.FrozenAsync(Select.Package()));

        var events = await world.App.ReadAsync(db => db.AuditEvents.Where(row => row.Action.StartsWith("freeze.")).OrderBy(row => row.Id).ToListAsync());
        Assert.Equal(["freeze.added", "freeze.lifted"], events.Select(row => row.Action));
        Assert.All(events, row => Assert.Equal(("root", TrustWorld.Package), (row.Actor, row.Subject)));
        Assert.Equal($"freeze 1, 1 exchanged tokens revoked: {ResponseExtensions.Reason}", events[0].Detail);
    }

    private static JsonObject Of(string kind) => kind switch
    {
        FreezeRow.OfPackage => Select.Package(),
        FreezeRow.OfScope => Select.Scope(),
        FreezeRow.OfIssuer => Select.Issuer(),
        FreezeRow.OfProject => Select.Project(),
        _ => Select.Workflow(),
    };

    private static FreezeRow Row(string kind) => new()
    {
        Kind = kind,
        Subject = kind switch { FreezeRow.OfPackage => TrustWorld.Package, FreezeRow.OfScope => "@acme", _ => "github" },
        ProjectId = kind is FreezeRow.OfProject or FreezeRow.OfWorkflow ? Select.ProjectId : "",
        Workflow = kind is FreezeRow.OfWorkflow ? "publish.yml" : "",
        Reason = ResponseExtensions.Reason,
    };
}
