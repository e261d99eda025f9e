using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary><c>npm trust github|gitlab|circleci|list|revoke</c>, in the shapes that npm sends.</summary>
public sealed class TrustConfigurationTests(SharedTrustWorld shared) : IClassFixture<SharedTrustWorld>
{
    [Fact]
    public async Task A_github_configuration_comes_back_as_npm_shows_it()
    {
        await using var world = await TrustWorld.StartAsync();
        var request = TrustRequest.Github(environment: "release");
        request["permissions"] = new JsonArray("createPackage", "createStagedPackage");

        using var answer = await world.TrustAsync(TrustWorld.Package, request);

        await answer.ShouldBeCreatedAsync();
        var created = Assert.Single(await answer.ArrayAsync())!;
        Assert.NotEmpty((string)created["id"]!);
        Assert.Equal("github", (string?)created["type"]);
        Assert.True(JsonNode.DeepEquals(request["claims"], created["claims"]), created.ToJsonString());
        Assert.True(JsonNode.DeepEquals(request["permissions"], created["permissions"]), created.ToJsonString());
    }

    public static TheoryData<string, string> Gates => new()
    {
        { TrustRequest.Github().ToJsonString(), "Release gate: proved - the run's ref must be protected at GitHub" },
        { TrustRequest.Github(environment: "release").ToJsonString(), "Release gate: declared - environment 'release': make sure at GitHub" },
        { TrustRequest.Gitlab().ToJsonString(), "Release gate: proved - the run's ref must be protected at GitLab" },
        { TrustRequest.Gitlab("production").ToJsonString(), "or the named environment must be protected at GitLab" },
        { TrustRequest.Circleci(TrustRequest.Context).ToJsonString(), $"Release gate: declared - contexts '{TrustRequest.Context}': make sure at CircleCI" },
    };

    [Theory]
    [MemberData(nameof(Gates))]
    public async Task The_answer_says_in_a_notice_what_the_gate_is(string request, string gate)
    {
        await using var world = await TrustWorld.StartAsync();

        using var answer = await world.TrustAsync(TrustWorld.Package, JsonNode.Parse(request)!.AsObject());

        await answer.ShouldBeCreatedAsync();
        Assert.Contains(gate, answer.Notice(), StringComparison.Ordinal);
        Assert.All(answer.Notice(), character => Assert.InRange(character, ' ', '~'));
    }

    [Fact]
    public async Task A_list_shows_every_configuration_of_the_package_and_of_no_other()
    {
        await using var world = await TrustWorld.StartAsync();
        var github = await world.TrustGithubAsync();
        await (await world.TrustAsync(TrustWorld.Package, TrustRequest.Gitlab())).ShouldBeCreatedAsync();
        await world.TrustGithubAsync("@acme/other");

        using var answer = await world.App.GetAsync("/-/package/@acme%2fhello/trust", world.Administrator);

        var listed = await answer.ArrayAsync();
        Assert.Equal(["github", "gitlab"], listed.Select(item => (string?)item!["type"]).Order(StringComparer.Ordinal));
        Assert.Contains(listed, item => (string?)item!["id"] == github);
    }

    [Fact]
    public async Task A_list_shows_policies_that_npm_could_not_write_with_all_that_they_say()
    {
        await using var world = await TrustWorld.StartAsync();
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github(TrustWorld.Package, policy =>
        {
            policy["actions"] = new JsonArray("publish", "dist-tag");
            policy["fields"]!["ref"] = "refs/tags/v*";
        }));
        await world.WrittenPolicyAsync(PolicyRequest.Deny(TrustWorld.Package));

        using var answer = await world.App.GetAsync("/-/package/@acme%2fhello/trust", world.Administrator);

        var listed = await answer.ArrayAsync();
        var policy = listed.Single(item => (string?)item!["id"] == id)!;
        Assert.Equal("""["createPackage","dist-tag"]""", policy["permissions"]!.ToJsonString());
        Assert.Equal("octo-org/octo-repo", (string?)policy["claims"]!["repository"]);
        Assert.Equal("allow", (string?)policy["assay"]!["effect"]);
        Assert.Equal("github", (string?)policy["assay"]!["binding"]);
        Assert.Equal("""["refs/tags/v*"]""", policy["assay"]!["fields"]!["ref"]!.ToJsonString());
        Assert.Equal("in-force", (string?)policy["assay"]!["state"]);
        Assert.StartsWith("Release gate: proved", (string?)policy["assay"]!["gate"], StringComparison.Ordinal);
        Assert.NotNull(policy["assay"]!["life"]!["expiresAt"]);
        Assert.Equal("deny", (string?)listed.Single(item => (string?)item!["id"] != id)!["type"]);
    }

    // npm prints a type that it does not know as it is.
    [Fact]
    public async Task A_list_shows_wider_policies_that_count_marked_as_such_and_no_others()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        await world.WrittenPolicyAsync(PolicyRequest.Deny("*", policy => policy["actions"] = new JsonArray("unpublish")));
        await world.PublishFromGithubAsync("1.0.0");

        using var inherited = await world.App.GetAsync("/-/package/@acme%2fhello/trust", world.Administrator);
        Assert.Equal(["github for @acme/*", "deny for *"], (await inherited.ArrayAsync()).Select(item => (string?)item!["type"]));

        await world.WrittenPolicyAsync(PolicyRequest.Strict(TrustWorld.Package));
        using var own = await world.App.GetAsync("/-/package/@acme%2fhello/trust", world.Administrator);
        Assert.Equal(["github", "deny for *"], (await own.ArrayAsync()).Select(item => (string?)item!["type"]));
    }

    [Fact]
    public async Task Revoking_never_ends_a_policy_of_a_scope_and_says_where_it_can_be_ended()
    {
        await using var world = await TrustWorld.StartAsync();
        var id = await world.WrittenPolicyAsync(PolicyRequest.Github("@acme/*"));
        await world.PublishFromGithubAsync("1.0.0");

        using var answer = await world.RevokeTrustAsync(TrustWorld.Package, id);

        var text = await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "wider-policy");
        Assert.Contains($"/-/assay/v1/policies/{id}", text, StringComparison.Ordinal);
        Assert.True(await world.GrantsAsync("@acme/other"));
    }

    [Fact]
    public async Task Revoking_twice_finds_nothing_the_second_time()
    {
        await using var world = await TrustWorld.StartAsync();
        var id = await world.TrustGithubAsync();
        await world.RevokeTrustAsync(TrustWorld.Package, id);

        using var again = await world.RevokeTrustAsync(TrustWorld.Package, id);

        await again.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "policy-not-found");
        using var listed = await world.App.GetAsync("/-/package/@acme%2fhello/trust", world.Administrator);
        Assert.Empty(await listed.ArrayAsync());
    }

    [Fact]
    public async Task A_list_shows_the_ids_that_were_learned()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        using var answer = await world.App.GetAsync("/-/package/@acme%2fhello/trust", world.Administrator);

        Assert.Equal("74", (string?)Assert.Single(await answer.ArrayAsync())!["claims"]!["repository_id"]);
    }

    [Fact]
    public async Task A_package_without_configurations_lists_none()
    {
        await using var world = await TrustWorld.StartAsync();
        await world.PublishAsync(world.Administrator, "1.0.0");

        using var answer = await world.App.GetAsync("/-/package/@acme%2fhello/trust", world.Administrator);

        Assert.Empty(await answer.ArrayAsync());
    }

    [Fact]
    public async Task A_revoked_configuration_grants_nothing_any_more()
    {
        await using var world = await TrustWorld.StartAsync();
        var id = await world.TrustGithubAsync();

        using var revoked = await world.RevokeTrustAsync(TrustWorld.Package, id);

        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        await (await world.ExchangeAsync(world.Github())).ShouldExplainAsync(HttpStatusCode.Unauthorized, "no-matching-policy");
    }

    [Fact]
    public async Task Revoking_what_is_not_there_says_where_to_look()
    {
        await using var world = await TrustWorld.WithPolicyAsync();

        using var answer = await world.RevokeTrustAsync(TrustWorld.Package, "d290f1ee-6c54-4b01-90e6-d701748f0851");

        Assert.Contains("npm trust list", await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "policy-not-found"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_of_another_package_is_not_revoked()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var other = await world.TrustGithubAsync("@acme/other");

        using var answer = await world.RevokeTrustAsync(TrustWorld.Package, other);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "policy-not-found");
        Assert.NotEmpty(await world.ExchangedAsync(world.Github(), "@acme/other"));
    }

    [Fact]
    public async Task The_same_configuration_twice_is_a_conflict()
    {
        await using var world = await TrustWorld.WithPolicyAsync();

        using var answer = await world.TrustAsync(TrustWorld.Package, TrustRequest.Github());

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "policy-exists");
    }

    // A second, unpinned copy would let the name alone decide again for a week.
    [Fact]
    public async Task The_same_configuration_is_still_a_conflict_once_its_ids_were_learned()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        using var answer = await world.TrustAsync(TrustWorld.Package, TrustRequest.Github());

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "policy-exists");
        using var takenOver = await world.ExchangeAsync(world.Github(new JsonObject { ["repository_id"] = "75" }));
        Assert.Equal(HttpStatusCode.Unauthorized, takenOver.StatusCode);
    }

    [Fact]
    public async Task A_configuration_that_differs_in_one_thing_stands_beside_the_first()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        using var otherFile = await world.TrustAsync(TrustWorld.Package, TrustRequest.Github(file: "nightly.yml"));
        using var otherEnvironment = await world.TrustAsync(TrustWorld.Package, TrustRequest.Github(environment: "release"));

        await otherFile.ShouldBeCreatedAsync();
        await otherEnvironment.ShouldBeCreatedAsync();
    }

    [Fact]
    public async Task Without_an_issuer_the_refusal_says_how_an_operator_trusts_one()
    {
        await using var world = await TrustWorld.WithoutIssuersAsync();

        using var answer = await world.TrustAsync(TrustWorld.Package, TrustRequest.Github());

        var text = await answer.ShouldExplainAsync(HttpStatusCode.BadRequest, "issuer-may-not-publish");
        Assert.Contains("None is configured.", text, StringComparison.Ordinal);
        Assert.Contains("./run admin issuer add github --provider github --names '@acme/*'", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issuer_that_may_not_publish_the_name_does_not_count()
    {
        await using var world = await TrustWorld.StartAsync(names: ["@other/*"]);

        using var answer = await world.TrustAsync(TrustWorld.Package, TrustRequest.Github());

        Assert.Contains("github for @other/*", await answer.ShouldExplainAsync(HttpStatusCode.BadRequest, "issuer-may-not-publish"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Among_several_issuers_npm_cannot_choose_and_the_refusal_lists_them()
    {
        await using var world = await TrustWorld.StartAsync();
        var second = new Uri("https://ghes.acme.example/_services/token");
        await (await world.AddIssuerAsync("github", second, with: body => body["id"] = "ghes")).ShouldBeAsync(HttpStatusCode.OK);

        using var answer = await world.TrustAsync(TrustWorld.Package, TrustRequest.Github());

        var text = await answer.ShouldExplainAsync(HttpStatusCode.BadRequest, "issuer-may-not-publish");
        Assert.Contains($"ghes ({second})", text, StringComparison.Ordinal);
        Assert.Contains($"github ({world.Ci.Github})", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Circleci_without_a_context_is_refused_and_the_notice_says_what_to_add()
    {
        await using var world = await TrustWorld.StartAsync();

        using var answer = await world.TrustAsync(TrustWorld.Package, TrustRequest.Circleci());

        await answer.ShouldExplainAsync(HttpStatusCode.BadRequest, "invalid-trust-configuration");
        Assert.Contains("--context-id <uuid>", answer.Notice(), StringComparison.Ordinal);
        Assert.Empty(await world.App.ReadAsync(db => db.Packages.ToListAsync()));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"type":"no-such-ci","claims":{},"permissions":["createPackage"]}""")]
    [InlineData("""{"type":"github","permissions":["createPackage"]}""")]
    [InlineData("""{"type":"github","claims":{"repository":"octo-org/octo-repo"},"permissions":["createPackage"]}""")]
    [InlineData("""{"type":"github","claims":{"repository":"octo-org/octo-repo","workflow_ref":{"file":"publish.yml"}},"permissions":[]}""")]
    [InlineData("""{"type":"github","claims":{"repository":"octo-org/octo-repo","workflow_ref":{"file":"publish.yml"}},"permissions":["everything"]}""")]
    [InlineData("""{"type":"github","claims":{"repository":["octo-org/octo-repo"],"workflow_ref":{"file":"publish.yml"}},"permissions":["createPackage"]}""")]
    [InlineData("""{"type":"github","claims":{"repository":"octo-org/octo-repo","workflow_ref":{"file":"../publish.yml"}},"permissions":["createPackage"]}""")]
    [InlineData("""{"type":"github","claims":{"repository":"*","workflow_ref":{"file":"publish.yml"}},"permissions":["createPackage"]}""")]
    [InlineData("""{"type":"github","claims":{"repository":"octo-org/octo-repo","workflow_ref":{"file":"publish.yml"},"actor":"me"},"permissions":["createPackage"]}""")]
    public async Task What_is_not_a_whole_configuration_is_refused_and_reserves_nothing(string configuration)
    {
        var world = shared.World;

        using var answer = await world.TrustAsync("@acme/nothing-yet", JsonNode.Parse(configuration)!.AsObject());

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-trust-configuration");
        Assert.False(await world.App.ReadAsync(db => db.Packages.AnyAsync(row => row.Name == "@acme/nothing-yet")));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("[{},{}]")]
    public async Task A_body_that_is_not_one_configuration_in_an_array_is_refused(string body)
    {
        var world = shared.World;

        using var answer = await world.App.PostAsync("/-/package/@acme%2fhello/trust", world.Administrator, JsonNode.Parse(body));

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-trust-configuration");
    }

    [Fact]
    public async Task Somebody_who_does_not_own_the_package_neither_sees_nor_changes_who_may_publish_it()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var other = await world.App.SignedInAsync("mallory");

        using var created = await world.TrustAsync(TrustWorld.Package, TrustRequest.Github("mallory/fork"), other);
        using var listed = await world.App.GetAsync("/-/package/@acme%2fhello/trust", other);
        using var revoked = await world.App.DeleteAsync("/-/package/@acme%2fhello/trust/some", other);

        await created.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await listed.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
        await revoked.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
    }

    [Fact]
    public async Task Who_may_not_trust_learns_nothing_about_the_issuers()
    {
        await using var world = await TrustWorld.StartAsync(names: ["@secret-project/*"]);
        var other = await world.App.SignedInAsync("mallory");

        using var answer = await world.TrustAsync(TrustWorld.Package, TrustRequest.Github(), other);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "name-not-owned");
    }

    [Fact]
    public async Task Only_an_administrator_may_trust_for_a_name_that_nobody_owns()
    {
        await using var world = await TrustWorld.StartAsync();
        var member = await world.App.SignedInAsync("member");

        using var answer = await world.TrustAsync(TrustWorld.Package, TrustRequest.Github(), member);

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "name-not-owned");
        Assert.Empty(await world.App.ReadAsync(db => db.Packages.ToListAsync()));
    }

    [Fact]
    public async Task An_owner_who_is_no_administrator_trusts_for_their_own_package()
    {
        await using var world = await TrustWorld.StartAsync();
        var owner = await world.App.SignedInAsync("owner");
        await (await world.PublishAsync(owner, "1.0.0")).ShouldBeAsync(HttpStatusCode.Created);

        using var answer = await world.TrustAsync(TrustWorld.Package, TrustRequest.Github(), owner);

        await answer.ShouldBeCreatedAsync();
    }

    [Fact]
    public async Task A_policy_for_a_new_name_reserves_it_for_its_administrator()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        var member = await world.App.SignedInAsync("member");

        using var answer = await world.PublishAsync(member, "1.0.0");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-an-owner");
    }

    [Fact]
    public async Task A_read_only_access_token_changes_no_trust()
    {
        await using var world = await TrustWorld.StartAsync();
        var id = await world.TrustGithubAsync();
        var minted = await world.App.PostAsync("/-/npm/v1/tokens", world.Administrator, new JsonObject { ["password"] = RegistryApp.Password, ["readonly"] = true });
        var readOnly = (string)(await minted.JsonAsync())["token"]!;

        using var created = await world.TrustAsync(TrustWorld.Package, TrustRequest.Gitlab(), readOnly);
        using var revoked = await world.App.DeleteAsync($"/-/package/@acme%2fhello/trust/{id}", readOnly);

        await created.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        await revoked.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
    }

    [Fact]
    public async Task Nobody_without_a_sign_in_sees_or_changes_trust()
    {
        await using var world = await TrustWorld.WithPolicyAsync();

        using var listed = await world.App.GetAsync("/-/package/@acme%2fhello/trust");
        using var created = await world.App.PostAsync("/-/package/@acme%2fhello/trust", null, new JsonArray(TrustRequest.Gitlab()));

        Assert.Equal(HttpStatusCode.Unauthorized, listed.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, created.StatusCode);
    }

    [Fact]
    public async Task Every_change_of_trust_is_audited()
    {
        await using var world = await TrustWorld.StartAsync();
        var id = await world.TrustGithubAsync();
        await world.ExchangedAsync(world.Github());
        await world.RevokeTrustAsync(TrustWorld.Package, id);

        var actions = await world.App.ReadAsync(db => db.AuditEvents
            .Where(row => row.Action.StartsWith("policy.") || row.Action.StartsWith("issuer.")).OrderBy(row => row.Id)
            .Select(row => row.Action).ToListAsync());

        Assert.Equal(["issuer.added", "issuer.added", "issuer.added", "policy.created", "policy.pinned", "policy.ended"], actions);
    }
}
