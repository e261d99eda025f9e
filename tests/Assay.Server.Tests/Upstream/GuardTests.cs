using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Upstream;

/// <summary>What of others is kept back: missing from the documents, refused with its reason, remembered for the operator.</summary>
public sealed class GuardTests
{
    private const string Guards = "--Assay:Upstream:Guards:";

    public static TheoryData<string, string> Rules => new()
    {
        { "Block:0=left-pad@2.x", "blocked" },
        { "Allow:0=left-pad@1.x", "not-allowed" },
        { "MinimumAgeHours=24", "too-young" },
        { "LicencesAllowed:0=MIT", "licence" },
        { "LicencesRefused:0=GPL-3.0", "licence" },
        { "RefuseInstallScripts=true", "install-script" },
        { "RefuseDeprecated=true", "deprecated" },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task A_version_against_the_rule_is_kept_back_and_the_others_are_not(string setting, string rule)
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        foreign.Add(WithEverything("left-pad", "2.0.0"), TimeProvider.System.GetUtcNow().AddHours(-1));
        await using var app = await RegistryApp.StartAsync([.. foreign.Settings, Guards + setting]);
        var alice = await app.SignedInAsync("alice");

        var document = await app.PackumentAsync(alice, "left-pad");
        using var manifest = await app.GetAsync("/left-pad/2.0.0", alice);
        using var tarball = await app.GetAsync("/left-pad/-/left-pad-2.0.0.tgz", alice);
        using var good = await app.GetAsync("/left-pad/-/left-pad-1.0.0.tgz", alice);

        Assert.Equal(["1.0.0"], document["versions"].Keys());
        Assert.Equal("1.0.0", (string?)document["dist-tags"]!["latest"]);
        Assert.Null(document["time"]!["2.0.0"]);
        Assert.Equal(["2.0.0"], document["policyRestrictions"]!["versions"].Keys());
        Assert.Contains($"({rule})", await manifest.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "kept-back"), StringComparison.Ordinal);
        Assert.Contains($"({rule})", await tarball.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "kept-back"), StringComparison.Ordinal);
        await good.ShouldBeReadAsync();
        Assert.DoesNotContain(foreign.Requests, path => path.EndsWith("2.0.0.tgz", StringComparison.Ordinal));
        await Eventually.HoldsAsync(() => app.ReadAsync(db => db.UpstreamRefusals.AnyAsync(row =>
            row.Name == "left-pad" && row.Version == "2.0.0" && row.Rule == rule && row.Caller == "alice" && row.Count == 2)));
        Assert.Contains("left-pad@2.0.0", await app.CommandAsync("/upstream/refusals"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_is_shown_once_it_is_old_enough()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        foreign.Add(new TestPackage("left-pad", "2.0.0"), TimeProvider.System.GetUtcNow().AddHours(-1));
        await using var app = await RegistryApp.StartAsync([.. foreign.Settings, Guards + "MinimumAgeHours=2"]);
        var alice = await app.SignedInAsync("alice");
        var before = await app.PackumentAsync(alice, "left-pad");
        app.Clock.Advance(TimeSpan.FromMinutes(61));

        var after = await app.PackumentAsync(alice, "left-pad");

        Assert.Equal("1.0.0", (string?)before["dist-tags"]!["latest"]);
        Assert.Equal("2.0.0", (string?)after["dist-tags"]!["latest"]);
    }

    [Fact]
    public async Task Names_that_are_excepted_from_the_age_are_not_waited_for()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("@partner/x", "2.0.0"), TimeProvider.System.GetUtcNow());
        await using var app = await RegistryApp.StartAsync([.. foreign.Settings, Guards + "MinimumAgeHours=24", Guards + "MinimumAgeExcept:0=@partner/*"]);
        var alice = await app.SignedInAsync("alice");

        await app.PackumentAsync(alice, "@partner/x");
    }

    [Fact]
    public async Task A_package_that_is_kept_back_as_a_whole_is_refused_with_its_reason()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("@evil/x", "1.0.0"));
        await using var app = await RegistryApp.StartAsync([.. foreign.Settings, Guards + "Block:0=@evil/*"]);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.GetAsync("/@evil%2fx", alice);

        Assert.Contains("this registry blocks @evil/*", await answer.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "kept-back"), StringComparison.Ordinal);
        Assert.Contains("@evil/*", answer.Notice(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operator_quarantines_and_releases_and_it_holds_for_the_next_request()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        foreign.Add(WithEverything("left-pad", "2.0.0"));
        await using var app = await RegistryApp.StartAsync([.. foreign.Settings, Guards + "RefuseInstallScripts=true"]);
        var alice = await app.SignedInAsync("alice");
        using var kept = await app.GetAsync("/left-pad/-/left-pad-2.0.0.tgz", alice);
        using var served = await app.GetAsync("/left-pad/-/left-pad-1.0.0.tgz", alice);

        await app.CommandAsync("/upstream/release", Ruling("left-pad@2.0.0", "we read it"));
        await app.CommandAsync("/upstream/quarantine", Ruling("left-pad@1.0.0", "stolen account"));
        using var released = await app.GetAsync("/left-pad/-/left-pad-2.0.0.tgz", alice);
        using var quarantined = await app.GetAsync("/left-pad/-/left-pad-1.0.0.tgz", alice);

        await kept.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "kept-back");
        await served.ShouldBeReadAsync();
        await released.ShouldBeReadAsync();
        Assert.Contains("stolen account", await quarantined.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "kept-back"), StringComparison.Ordinal);
        Assert.Equal(["2.0.0"], (await app.PackumentAsync(alice, "left-pad"))["versions"].Keys());
    }

    [Fact]
    public async Task A_ruling_that_is_taken_back_leaves_the_rules()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.CommandAsync("/upstream/quarantine", Ruling("left-pad", "to be looked at"));
        using var quarantined = await app.GetAsync("/left-pad", alice);
        var id = await app.ReadAsync(db => db.UpstreamRulings.Select(row => row.Id).SingleAsync());

        await app.CommandAsync("/upstream/lift", new JsonObject { ["id"] = $"{id}" });

        await quarantined.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "kept-back");
        await app.PackumentAsync(alice, "left-pad");
        Assert.Equal(2, await app.ReadAsync(db => db.AuditEvents.CountAsync(row => row.Action.StartsWith("upstream."))));
    }

    [Fact]
    public async Task A_script_that_only_the_tarball_has_is_found_where_scripts_are_refused()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(WithEverything("left-pad", "1.0.0"), change: version => version.Remove("scripts"));
        await using var app = await RegistryApp.StartAsync([.. foreign.Settings, Guards + "RefuseInstallScripts=true"]);
        var alice = await app.SignedInAsync("alice");

        using var tarball = await app.GetAsync("/left-pad/-/left-pad-1.0.0.tgz", alice);

        Assert.Contains("although its document does not say so", await tarball.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-as-promised"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_in_a_tarball_that_is_in_the_cache_already_is_found_too()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(WithEverything("left-pad", "1.0.0"), change: version => version.Remove("scripts"));
        await using var app = await RegistryApp.StartAsync([.. foreign.Settings, Guards + "RefuseInstallScripts=true"]);
        var alice = await app.SignedInAsync("alice");
        await app.CommandAsync("/upstream/release", Ruling("left-pad@1.0.0", "we read it"));
        using var released = await app.GetAsync("/left-pad/-/left-pad-1.0.0.tgz", alice);
        await app.CommandAsync("/upstream/lift", new JsonObject { ["id"] = $"{await app.ReadAsync(db => db.UpstreamRulings.Select(row => row.Id).SingleAsync())}" });

        using var tarball = await app.GetAsync("/left-pad/-/left-pad-1.0.0.tgz", alice);

        await released.ShouldBeReadAsync();
        await tarball.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-as-promised");
    }

    [Fact]
    public async Task Packages_that_a_tarball_brings_along_count_as_scripts()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0")
        {
            Files = [("package/index.js", "1"), ("package/node_modules/x/package.json", """{"name":"x","version":"1.0.0","scripts":{"postinstall":"node steal.js"}}""")],
        });
        await using var app = await RegistryApp.StartAsync([.. foreign.Settings, Guards + "RefuseInstallScripts=true"]);
        var alice = await app.SignedInAsync("alice");

        using var tarball = await app.GetAsync("/left-pad/-/left-pad-1.0.0.tgz", alice);

        await tarball.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "not-as-promised");
    }

    [Theory]
    [InlineData("left-pad@^1.0.0")]
    [InlineData("left-pad@v1.0.0")]
    [InlineData("left-pad@latest")]
    [InlineData("left-pad@")]
    public async Task A_ruling_that_would_never_fit_is_refused(string package)
    {
        await using var app = await RegistryApp.StartAsync();

        using var answer = await app.OperatorAsync("/upstream/quarantine", Ruling(package, "stolen"));

        await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request");
    }

    [Theory]
    [InlineData("Guards:Block:0=left-pad@not a range", "Assay:Upstream:Guards:Block")]
    [InlineData("Guards:MinimumAgeExcept:0=react*", "Assay:Upstream:Guards:MinimumAgeExcept")]
    [InlineData("Guards:MinimumAgeHours=-1", "Assay:Upstream:Guards")]
    [InlineData("Registries:npm:Url=ftp://x", "Assay:Upstream:Registries:npm:Url")]
    [InlineData("Registries:npm:Url=https://token@registry.example/", "Assay:Upstream:Registries:npm:Url")]
    [InlineData("Registries:npm:Names:0=*-utils", "Assay:Upstream:Registries:npm:Names")]
    [InlineData("Registries:npm:TokenFile=nowhere", "Assay:Upstream:Registries:npm:TokenFile")]
    [InlineData("Registries:two:Url=https://two.example/", "Assay:Upstream:Registries:two:Names")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string setting, string named)
    {
        var refused = await Assert.ThrowsAsync<StartRefused>(() =>
            RegistryApp.StartAsync(["--Assay:Upstream:Registries:npm:Url=https://one.example/", $"--Assay:Upstream:{setting}"]));

        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    private static JsonObject Ruling(string package, string reason) => new() { ["package"] = package, ["reason"] = reason };

    private static TestPackage WithEverything(string name, string version) => new(name, version)
    {
        Manifest = new JsonObject
        {
            ["license"] = "GPL-3.0",
            ["deprecated"] = "no longer looked after",
            ["scripts"] = new JsonObject { ["postinstall"] = "node steal.js" },
        },
    };
}
