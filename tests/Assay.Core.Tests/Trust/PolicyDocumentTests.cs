using System.Text.Json;
using Assay.Trust.Policies;

namespace Assay.Core.Tests.Trust;

/// <summary>Policies as people write them.</summary>
public sealed class PolicyDocumentTests
{
    private const string Whole = """
        {"effect":"allow","target":"@acme/*","binding":"github","provider":"github","actions":["publish","dist-tag"],
         "fields":{"repository":"acme/ui","workflow":["publish.yml"],"ref":["refs/tags/v{version}","refs/heads/main"]},
         "when":{"all":[{"claim":"actor_id","in":["12"]}]},"gate":{"declared":["ref"]},
         "limits":{"versions":"^1","distTags":["latest"],"versionsPerRun":2,"packagesPerRun":5},"divert":["new-runner","versions-per-day:3"],
         "pins":{"repository_id":"74"},"note":"for the release train"}
        """;

    [Fact]
    public void Every_member_is_read()
    {
        var document = Read(Whole);

        Assert.Equal(PolicyEffect.Allow, document.Effect);
        Assert.Equal("@acme/*", document.Target!.Text);
        Assert.Equal("github", document.Binding);
        Assert.Equal("github", document.Provider);
        Assert.Equal(TrustActions.Publish | TrustActions.DistTag, document.Actions);
        Assert.Equal(["acme/ui"], document.Fields["repository"]);
        Assert.Equal(["refs/tags/v{version}", "refs/heads/main"], document.Fields["ref"]);
        Assert.Equal("(actor_id is '12')", document.When!.Describe());
        Assert.Equal(new Gate.Declared(["ref"]), document.Gate);
        Assert.Equal(("^1", 2, 5), (document.Limits.Versions, document.Limits.VersionsPerRun, document.Limits.PackagesPerRun));
        Assert.Equal(["latest"], document.Limits.DistTags);
        Assert.Equal(["new-runner", "versions-per-day:3"], document.Divert.ToWords());
        Assert.Equal("74", document.Pins!["repository_id"]);
        Assert.Equal("for the release train", document.Note);
    }

    [Fact]
    public void What_is_left_out_or_null_is_not_made_up()
    {
        var document = Read("""{"actions":["publish"],"gate":null,"when":null,"pins":null}""");

        Assert.Equal(PolicyEffect.Allow, document.Effect);
        Assert.Null(document.Target);
        Assert.Null(document.Binding);
        Assert.Null(document.Gate);
        Assert.Null(document.When);
        Assert.Null(document.Pins);
        Assert.Empty(document.Fields);
        Assert.Equal(PublishLimits.None, document.Limits);
    }

    [Theory]
    [InlineData("""{"effekt":"deny"}""", "'effekt'")]
    [InlineData("""{"effect":"refuse"}""", "'effect'")]
    [InlineData("""{"target":"*-utils"}""", "'target'")]
    [InlineData("""{"target":1}""", "'target'")]
    [InlineData("""{"binding":["github"]}""", "'binding'")]
    [InlineData("""{"actions":["everything"]}""", "'actions'")]
    [InlineData("""{"actions":{"publish":true}}""", "'actions'")]
    [InlineData("""{"fields":["ref"]}""", "'fields'")]
    [InlineData("""{"fields":{"ref":[]}}""", "'ref'")]
    [InlineData("""{"fields":{"ref":[1]}}""", "'ref'")]
    [InlineData("""{"when":{"claim":"actor_id"}}""", "'when'")]
    [InlineData("""{"when":{"claim":"actor_id","matches":"1.*"}}""", "comparison")]
    [InlineData("""{"gate":"none"}""", "'gate'")]
    [InlineData("""{"gate":{"declared":["ref"],"or":"any"}}""", "'gate'")]
    [InlineData("""{"limits":{"version":"^1"}}""", "'version'")]
    [InlineData("""{"limits":{"versions":"what?"}}""", "'versions'")]
    [InlineData("""{"limits":{"versionsPerRun":1.5}}""", "'limits.versionsPerRun'")]
    [InlineData("""{"limits":{"versionsPerRun":0}}""", "'versionsPerRun'")]
    [InlineData("""{"pins":{"repository_id":74}}""", "'pins.repository_id'")]
    [InlineData("""{"note":"two\nlines"}""", "'note'")]
    [InlineData("""[]""", "JSON object")]
    public void What_is_not_understood_is_refused_by_name(string json, string named)
    {
        Assert.False(PolicyDocument.TryRead(JsonElement.Parse(json), out _, out var problems));
        Assert.Contains(named, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        Assert.False(PolicyDocument.TryRead(JsonElement.Parse("""{"colour":"red","gate":"none"}"""), out _, out var problems));
        Assert.Equal(2, problems.Count);
    }

    [Fact]
    public void What_is_written_reads_as_the_same_policy()
    {
        var github = Fixture.GitHub();
        var deny = github with
        {
            Draft = new PolicyDraft { Effect = PolicyEffect.Deny, Target = Fixture.Pattern("@acme/*"), BindingId = github.Binding.Id, Actions = TrustActions.Publish },
        };
        foreach (var fixture in new[] { github.WithField("environment", "release"), Fixture.GitLab().Unpinned(), Fixture.CircleCi(), deny.WithField("runner", "self-hosted") })
        {
            var policy = fixture.Policy();

            var document = Read(PolicyDocument.Write(policy, "why").ToJsonString());

            var draft = document.ToDraft(document.Target!, document.Binding, document.Pins ?? new Dictionary<string, string>());
            Assert.True(TrustPolicy.TryCreate(fixture.Definition, draft, policy.Life, out var back, out var problems), string.Join(' ', problems));
            Assert.Equal(PolicyJson.Write(policy), PolicyJson.Write(back));
            Assert.Equal((policy.Effect, policy.Target, policy.BindingId, policy.Actions), (back.Effect, back.Target, back.BindingId, back.Actions));
            Assert.Equal("why", document.Note);
        }
    }

    private static PolicyDocument Read(string json) =>
        PolicyDocument.TryRead(JsonElement.Parse(json), out var document, out var problems)
            ? document
            : throw new InvalidOperationException(string.Join(' ', problems));
}
