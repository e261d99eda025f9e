using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;

namespace Assay.Server.Tests.Packages.Staging;

/// <summary>What a token was made for bites with stages too, and so does a role that only reads.</summary>
public sealed class StageTokenTests : IAsyncLifetime
{
    private const string Sets = "/-/assay/v1/release-sets";

    private static readonly TestPackage First = new("@acme/x", "1.0.0");
    private static readonly TestPackage Next = First with { Version = "1.1.0" };

    private RegistryApp app = null!;
    private string alice = null!;
    private string id = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        alice = await app.SignedInAsync("alice");
        await app.OrganisationAsync("acme", "alice");
        await app.PublishedAsync(alice, First);
        await app.PublishedAsync(alice, new TestPackage("@acme/y", "1.0.0"));
        id = await app.StagedAsync(alice, Next);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Theory]
    [InlineData("""{"packages":["@acme/y"],"packages_and_scopes_permission":"read-write"}""")]
    [InlineData("""{"scopes":["@other"],"packages_and_scopes_permission":"read-write"}""")]
    [InlineData("""{"orgs":["acme"],"orgs_permission":"read-write"}""")]
    public async Task A_token_for_something_else_knows_of_no_stage(string wanted)
    {
        var token = await app.TokenAsync(alice, JsonNode.Parse(wanted)!.AsObject());
        var set = (string)(await (await app.PostAsync(Sets, alice, Stages(id))).ShouldBeAsync(HttpStatusCode.Created))["id"]!;

        foreach (var path in new[] { $"/-/stage/{id}", $"/-/stage/{id}/tarball", $"/-/assay/v1/stages/{id}/diff" })
        {
            await (await app.GetAsync(path, token)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "stage-not-found");
        }
        await (await app.DeleteAsync($"/-/stage/{id}", token)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "stage-not-found");
        await (await app.PostAsync($"/-/stage/{id}/approve", token, null)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "stage-not-found");
        await (await app.PostAsync(Sets, token, Stages(id))).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "stage-not-found");
        await (await app.GetAsync($"{Sets}/{set}", token)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "release-set-not-found");
        await (await app.PostAsync($"{Sets}/{set}/approve", token, null)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "release-set-not-found");
        Assert.Equal(0, await ListedAsync(token));
    }

    [Fact]
    public async Task A_token_that_reads_here_and_writes_elsewhere_sees_stages_and_makes_ends_and_groups_none()
    {
        var token = await app.TokenAsync(alice, JsonNode.Parse("""{"packages":["@acme/x"],"packages_and_scopes_permission":"read-only","orgs":["acme"],"orgs_permission":"read-write"}""")!.AsObject());

        Assert.Equal(1, await ListedAsync(token));
        await app.StageAsync(token, id);
        await (await (Next with { Version = "1.2.0" }).StageAsync(app, token)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "token-too-narrow");
        await (await app.DeleteAsync($"/-/stage/{id}", token)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "token-too-narrow");
        await (await app.PostAsync(Sets, token, Stages(id))).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "token-too-narrow");
        Assert.Equal("waiting", (string?)(await app.StageAsync(alice, id))["status"]);
    }

    [Fact]
    public async Task A_token_that_stages_makes_ends_and_groups_them()
    {
        var token = await app.TokenAsync(alice, JsonNode.Parse("""{"packages":["@acme/x"],"packages_and_scopes_permission":"read-write-stage-only"}""")!.AsObject());

        var other = await app.StagedAsync(token, Next with { Version = "1.2.0" });
        await (await app.PostAsync(Sets, token, Stages(other))).ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(HttpStatusCode.NoContent, (await app.DeleteAsync($"/-/stage/{id}", token)).StatusCode);
    }

    [Fact]
    public async Task A_team_that_reads_the_package_is_shown_none_of_its_stages()
    {
        var reader = await app.MemberAsync(alice, "acme", "reader");
        await app.TeamAsync(alice, "acme", "readers", "reader");
        await app.GrantedAsync(alice, "acme", "readers", "@acme/x", "read-only");

        Assert.Equal(0, await ListedAsync(reader));
        await (await app.GetAsync($"/-/stage/{id}", reader)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "stage-not-found");
        await app.GrantedAsync(alice, "acme", "readers", "@acme/x", "read-write");
        Assert.Equal(1, await ListedAsync(reader));
    }

    [Fact]
    public async Task Who_only_publishes_is_refused_what_is_asked_of_stages_without_a_question()
    {
        var writer = await app.MemberAsync(alice, "acme", "writer");
        await app.TeamAsync(alice, "acme", "writers", "writer");
        await app.GrantedAsync(alice, "acme", "writers", "@acme/x", "read-write");
        await app.EnrolledAsync(writer);
        const string settings = "/-/assay/v1/package/@acme%2fx/staging";

        await (await app.PutAsync(settings, writer, new JsonObject { ["everyPublish"] = true })).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");

        Assert.False((bool)(await (await app.GetAsync(settings, writer)).ShouldBeAsync(HttpStatusCode.OK))["everyPublish"]!);
    }

    // Whoever else publishes to the package must not be told that their bytes are kept: those that wait came from somebody else.
    [Fact]
    public async Task The_same_bytes_from_somebody_else_are_no_repeat()
    {
        var bob = await app.MemberAsync(alice, "acme", "bob");
        await app.OwnsAsync("bob", "@acme/x");

        await (await Next.StageAsync(app, bob)).ShouldBeRefusedAsync(HttpStatusCode.Conflict, "version-staged");
    }

    [Fact]
    public async Task A_new_name_of_a_scope_is_not_approved_once_who_staged_it_left_its_organisation()
    {
        var dev = await app.MemberAsync(alice, "acme", "dev");
        var factor = await app.EnrolledAsync(alice);
        var staged = await app.StagedAsync(dev, new TestPackage("@acme/new", "1.0.0"));
        await (await app.WithCodeAsync(HttpMethod.Delete, "/-/org/acme/user", alice, factor.NextCode(), new JsonObject { ["user"] = "dev" })).ShouldBeAsync(HttpStatusCode.NoContent);

        await (await app.ApproveAsync(alice, factor.NextCode(), staged)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "stager-lost-role");

        Assert.Empty(await app.VersionsOfAsync("@acme/new"));
    }

    private async Task<int> ListedAsync(string token) => (int)(await (await app.GetAsync("/-/stage", token)).ShouldBeAsync(HttpStatusCode.OK))["total"]!;

    private static JsonObject Stages(params string[] ids) => new() { ["stages"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]) };
}
