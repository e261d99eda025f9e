using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Trust.Policies;
using Assay.Trust.Providers;

namespace Assay.Core.Tests.Trust;

public sealed class NpmTrustTests
{
    private const string GitHub =
        """{"type":"github","claims":{"repository":"o/r","workflow_ref":{"file":"release.yml"},"environment":"prod"},"permissions":["createPackage","createStagedPackage"]}""";

    private const string GitLab =
        """{"type":"gitlab","claims":{"project_path":"g/s/p","ci_config_ref_uri":{"file":".gitlab-ci.yml"},"environment":"prod"},"permissions":["createPackage"]}""";

    private const string CircleCi =
        """
        {"type":"circleci","claims":{"oidc.circleci.com/org-id":"a64b0a19-f221-4291-b000-8d24bd842b72",
        "oidc.circleci.com/project-id":"5a301f56-eaa7-4cce-9441-37810f7c8452",
        "oidc.circleci.com/pipeline-definition-id":"17c50866-1802-5aeb-874e-7f4dfce1b6b5",
        "oidc.circleci.com/vcs-origin":"github.com/o/r",
        "oidc.circleci.com/context-ids":["a74579f1-2e7d-451e-b009-5c082ad2729e"]},"permissions":["createPackage"]}
        """;

    [Theory]
    [InlineData(GitHub)]
    [InlineData(GitLab)]
    [InlineData(CircleCi)]
    public void What_npm_sends_comes_back_as_npm_lists_it(string json)
    {
        var policy = Create(json);

        var listed = NpmTrustConfiguration.Format(ProviderCatalog.Shipped.Find(policy.ProviderId!)!, policy);

        var expected = JsonNode.Parse(json)!.AsObject();
        expected["id"] = "id-1";
        Assert.True(JsonNode.DeepEquals(expected, listed), listed.ToJsonString());
    }

    [Fact]
    public void Create_package_also_tags_what_it_publishes()
    {
        Assert.Equal(TrustActions.Publish | TrustActions.Stage, Create(GitHub).Actions);
        Assert.Equal(TrustActions.Publish, Create(GitLab).Actions);
        Assert.Equal(TrustActions.DistTag, Create(GitLab).Actions.For(TrustActions.DistTag));
        Assert.True(Create(GitLab).Actions.MovesOwnTagsOnly());
    }

    [Fact]
    public void Stable_ids_given_at_creation_become_pins()
    {
        var policy = Create(GitHub.Replace("\"environment\"", "\"repository_id\":\"74\",\"repository_owner_id\":\"65\",\"environment\"", StringComparison.Ordinal));

        Assert.True(policy.IsPinned(ProviderCatalog.Shipped.Find("github")!));
        Assert.Equal("74", policy.Pins["repository_id"]);
    }

    [Theory]
    [InlineData("""{"type":"github","claims":{"repository":"o/r","workflow_ref":"release.yml"},"permissions":["createPackage"]}""")]
    [InlineData("""{"type":"github","claims":{"repository":"o/r","workflow_ref":{"file":"release.yml","ref":"x"}},"permissions":["createPackage"]}""")]
    [InlineData("""{"type":"github","claims":{"repository":["o/r"],"workflow_ref":{"file":"release.yml"}},"permissions":["createPackage"]}""")]
    [InlineData("""{"type":"github","claims":{"repository":"o/r","sub":"x"},"permissions":["createPackage"]}""")]
    [InlineData("""{"type":"github","claims":{"repository":"o/r"},"permissions":["everything"]}""")]
    [InlineData("""{"type":"github","claims":{"repository":"o/r"},"permissions":[]}""")]
    [InlineData("""{"type":"github","claims":{"repository":"o/r"}}""")]
    [InlineData("""{"type":"github","permissions":["createPackage"]}""")]
    [InlineData("""{"type":"github","claims":[],"permissions":[1]}""")]
    [InlineData("[]")]
    public void Other_shapes_are_explained(string json)
    {
        using var document = JsonDocument.Parse(json);

        Assert.False(NpmTrustConfiguration.TryRead(
            document.RootElement, ProviderCatalog.Shipped.Find("github")!, Fixture.Pattern("@acme/x"), "b", out _, out var problems));
        Assert.NotEmpty(problems);
    }

    [Theory]
    [InlineData(GitHub, "github")]
    [InlineData("""{"type":1}""", null)]
    [InlineData("7", null)]
    public void The_type_names_the_provider(string json, string? expected)
    {
        using var document = JsonDocument.Parse(json);

        Assert.Equal(expected, NpmTrustConfiguration.TypeOf(document.RootElement));
    }

    private static TrustPolicy Create(string json)
    {
        using var document = JsonDocument.Parse(json);
        var definition = ProviderCatalog.Shipped.Find(NpmTrustConfiguration.TypeOf(document.RootElement)!)!;
        Assert.True(NpmTrustConfiguration.TryRead(document.RootElement, definition, Fixture.Pattern("@acme/x"), "binding", out var draft, out _));
        Assert.True(TrustPolicy.TryCreate(definition, draft, new PolicyLife("id-1", DateTimeOffset.UnixEpoch), out var policy, out var problems), string.Join(' ', problems));
        return policy;
    }
}
