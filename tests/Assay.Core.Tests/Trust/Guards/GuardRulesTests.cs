using Assay.Npm;
using Assay.Trust.Bindings;
using Assay.Trust.Guards;

namespace Assay.Core.Tests.Trust.Guards;

public sealed class GuardRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 10, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Without_rules_everything_is_shown() => Assert.Null(new GuardRules().Judge(Version(), [], Now));

    [Theory]
    [InlineData("left-pad", "1.0.0", true)]
    [InlineData("left-pad@1.x", "1.9.0", true)]
    [InlineData("left-pad@1.x", "2.0.0", false)]
    [InlineData("left-pad@<2.0.0", "2.0.0-rc.1", true)]
    [InlineData("left-pad@>=2.0.0", "2.1.0-rc.1", true)]
    [InlineData("left-pad@>=2.0.0", "not-a-version", true)]
    [InlineData("left-pads", "1.0.0", false)]
    [InlineData("*", "1.0.0", true)]
    public void Blocked_is_what_the_target_reaches_pre_releases_included(string target, string version, bool isBlocked) =>
        Assert.Equal(isBlocked ? "blocked" : null, new GuardRules { Block = Targets(target) }.Judge(Version(version), [], Now)?.Rule);

    [Theory]
    [InlineData("left-pad", "1.0.0", true)]
    [InlineData("left-pad@1.x", "2.0.0", false)]
    [InlineData("left-pad@1.x", "not-a-version", false)]
    [InlineData("@acme/*", "1.0.0", false)]
    public void Of_an_allow_list_only_what_it_covers_is_shown(string target, string version, bool isShown) =>
        Assert.Equal(isShown ? null : "not-allowed", new GuardRules { Allow = Targets(target) }.Judge(Version(version), [], Now)?.Rule);

    [Fact]
    public void A_block_goes_before_an_allowance() =>
        Assert.Equal("blocked", new GuardRules { Allow = Targets("left-pad"), Block = Targets("left-pad@1.0.0") }.Judge(Version(), [], Now)?.Rule);

    [Fact]
    public void A_version_is_kept_back_until_it_is_old_enough()
    {
        var rules = new GuardRules { MinimumAge = TimeSpan.FromHours(48) };
        var version = Version() with { PublishedAt = Now.AddHours(-47) };

        var young = rules.Judge(version, [], Now);

        Assert.Equal(("too-young", Now.AddHours(1)), (young?.Rule, young?.Until));
        Assert.Null(rules.Judge(version, [], Now.AddHours(1)));
    }

    [Fact]
    public void A_version_of_unknown_age_is_too_young_for_ever()
    {
        var kept = new GuardRules { MinimumAge = TimeSpan.FromHours(1) }.Judge(Version(), [], Now);

        Assert.Equal(("too-young", (DateTimeOffset?)null), (kept?.Rule, kept?.Until));
    }

    [Fact]
    public void Names_can_be_excepted_from_the_age()
    {
        Assert.True(NamePattern.TryParse("left-pad", out var pattern));

        Assert.Null(new GuardRules { MinimumAge = TimeSpan.FromHours(1), MinimumAgeExcept = [pattern] }.Judge(Version(), [], Now));
    }

    [Theory]
    [InlineData("MIT", true)]
    [InlineData("(MIT OR GPL-3.0-only)", true)]
    [InlineData("MIT AND GPL-3.0-only", false)]
    [InlineData("GPL-3.0-only", false)]
    [InlineData("SEE LICENSE IN LICENSE", false)]
    [InlineData(null, false)]
    public void With_allowed_licences_a_version_needs_one_that_can_be_satisfied(string? licence, bool isShown) =>
        Assert.Equal(isShown ? null : "licence", new GuardRules { LicencesAllowed = new HashSet<string> { "MIT" } }.Judge(Version() with { Licence = licence }, [], Now)?.Rule);

    [Theory]
    [InlineData("MIT", true)]
    [InlineData("MIT OR AGPL-3.0-only", true)]
    [InlineData("MIT AND AGPL-3.0-only", false)]
    [InlineData("AGPL-3.0-only", false)]
    [InlineData("(AGPL-3.0-only", false)]
    [InlineData("MIT/AGPL-3.0-only", false)]
    [InlineData("SEE LICENSE IN LICENSE", true)]
    [InlineData(null, true)]
    public void With_refused_licences_a_version_must_do_without_them(string? licence, bool isShown) =>
        Assert.Equal(isShown ? null : "licence", new GuardRules { LicencesRefused = new HashSet<string> { "AGPL-3.0-only" } }.Judge(Version() with { Licence = licence }, [], Now)?.Rule);

    [Fact]
    public void Scripts_and_deprecated_versions_are_kept_back_where_that_is_said()
    {
        var rules = new GuardRules { RefuseInstallScripts = true, RefuseDeprecated = true };

        Assert.Equal("install-script", rules.Judge(Version() with { HasInstallScript = true }, [], Now)?.Rule);
        Assert.Equal("deprecated", rules.Judge(Version() with { IsDeprecated = true }, [], Now)?.Rule);
        Assert.Null(rules.Judge(Version(), [], Now));
    }

    [Fact]
    public void A_ruling_goes_before_the_rules_and_that_of_the_version_before_that_of_the_package()
    {
        var rules = new GuardRules { Block = Targets("left-pad") };
        var (releaseAll, releaseOne) = (new Ruling(RulingKind.Release, "left-pad", null, "read"), new Ruling(RulingKind.Release, "left-pad", "1.0.0", "read"));
        var (keepAll, keepOne) = (new Ruling(RulingKind.Quarantine, "left-pad", null, "stolen"), new Ruling(RulingKind.Quarantine, "left-pad", "1.0.0", "stolen"));

        Assert.Null(rules.Judge(Version(), [releaseAll], Now));
        Assert.Null(rules.Judge(Version(), [keepAll, releaseOne], Now));
        Assert.Equal("quarantined", rules.Judge(Version(), [releaseAll, keepOne], Now)?.Rule);
        Assert.Equal("quarantined", rules.Judge(Version(), [releaseOne, keepOne], Now)?.Rule);
        Assert.Equal("blocked", rules.Judge(Version("2.0.0"), [releaseOne], Now)?.Rule);
    }

    [Fact]
    public void What_is_malicious_is_released_by_a_ruling_about_that_version_alone()
    {
        var version = Version() with { MaliciousBy = "MAL-2026-1" };
        var (releaseAll, releaseOne) = (new Ruling(RulingKind.Release, "left-pad", null, "read"), new Ruling(RulingKind.Release, "left-pad", "1.0.0", "read"));

        Assert.Equal(new KeptBack(KeptBack.Malicious, "MAL-2026-1 says that it is malicious"), new GuardRules().Judge(version, [], Now));
        Assert.Equal(KeptBack.Malicious, new GuardRules().Judge(version, [releaseAll], Now)?.Rule);
        Assert.Null(new GuardRules().Judge(version, [releaseAll, releaseOne], Now));
    }

    [Theory]
    [InlineData("left-pad@")]
    [InlineData("left-pad@not a range")]
    [InlineData("react*")]
    [InlineData("")]
    [InlineData("@scope")]
    public void What_is_no_target_is_none(string text) => Assert.False(GuardTarget.TryParse(text, out _));

    private static GuardedVersion Version(string version = "1.0.0")
    {
        Assert.True(PackageName.TryParse("left-pad", out var name));
        return new GuardedVersion(name, version);
    }

    private static List<GuardTarget> Targets(params string[] texts) => [.. texts.Select(text => GuardTarget.TryParse(text, out var target) ? target : throw new FormatException(text))];
}
