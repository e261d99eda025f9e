using Assay.Trust.Evaluation;
using Assay.Trust.Policies;

namespace Assay.Core.Tests.Trust;

public sealed class PublishNoveltyTests
{
    private static readonly PublishingRun Usual = new("publish.yml", "tag", "github-hosted");
    private static readonly PublishHistory Known = new([Usual], HadInstallScript: false, HadProvenance: true, VersionsOfADay: 2);

    [Fact]
    public void What_is_as_before_is_not_diverted() => Assert.Empty(Reasons(All(), Known, Usual));

    [Fact]
    public void Without_rules_nothing_is_diverted() => Assert.Empty(Reasons(DivertRules.None, Known, new("other.yml", "branch", "self-hosted"), hasInstallScript: true, hasProvenance: false));

    [Theory]
    [InlineData("new-workflow")]
    [InlineData("new-ref-kind")]
    [InlineData("new-runner")]
    [InlineData("new-install-script")]
    [InlineData("lost-provenance")]
    [InlineData("versions-per-day:2")]
    public void Each_rule_diverts_what_it_names_and_nothing_else(string word)
    {
        Assert.True(DivertRules.TryParse([word], out var rules));

        var reasons = Reasons(rules, Known, new("other.yml", "branch", "self-hosted"), hasInstallScript: true, hasProvenance: false);

        Assert.Single(reasons);
        Assert.Equal([word], rules.ToWords());
    }

    [Fact]
    public void What_a_run_leaves_out_is_new_where_others_said_it() => Assert.Single(Reasons(All(), Known, Usual with { Runner = null }));

    [Fact]
    public void Where_no_run_published_there_is_nothing_to_differ_from() =>
        Assert.Empty(Reasons(All(), new PublishHistory([], HadInstallScript: null, HadProvenance: false, VersionsOfADay: 0), Usual, hasInstallScript: true, hasProvenance: false));

    [Fact]
    public void What_some_version_came_from_is_not_new() => Assert.Empty(Reasons(All(), Known with { Runs = [new("a", "b", "c"), Usual] }, Usual));

    [Theory]
    [InlineData("new")]
    [InlineData("versions-per-day:0")]
    [InlineData("versions-per-day:x")]
    [InlineData("versions-per-day:1001")]
    [InlineData("versions-per-day:1,versions-per-day:2")]
    public void Words_that_nobody_knows_are_refused(string words) => Assert.False(DivertRules.TryParse(words.Split(','), out _));

    [Theory]
    [InlineData("new-runner", "", true)]
    [InlineData("", "new-runner", false)]
    [InlineData("versions-per-day:1", "versions-per-day:2", true)]
    [InlineData("versions-per-day:2", "versions-per-day:1", false)]
    [InlineData("", "versions-per-day:1", false)]
    public void Fewer_diversions_are_wider(string narrow, string wide, bool covers) => Assert.Equal(covers, Parsed(narrow).Covers(Parsed(wide)));

    private static DivertRules All() => Parsed("new-workflow,new-ref-kind,new-runner,new-install-script,lost-provenance,versions-per-day:3");

    private static DivertRules Parsed(string words)
    {
        Assert.True(DivertRules.TryParse(words.Length == 0 ? [] : words.Split(','), out var rules));
        return rules;
    }

    private static IReadOnlyList<string> Reasons(DivertRules rules, PublishHistory history, PublishingRun run, bool hasInstallScript = false, bool hasProvenance = true) =>
        PublishNovelty.Reasons(rules, history, run, hasInstallScript, hasProvenance);
}
