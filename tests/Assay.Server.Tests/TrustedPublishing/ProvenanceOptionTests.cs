using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>What an operator decides about clients' bundles.</summary>
public sealed class ProvenanceOptionTests
{
    private static readonly TestPackage Elsewhere = SigstoreWorld.Package("1.0.0", "https://github.com/octo-org/elsewhere");
    private static readonly TestPackage Package = SigstoreWorld.Package("1.0.0");

    [Theory]
    [InlineData("Warn", 1)]
    [InlineData("Off", 0)]
    public async Task Another_repository_can_be_noted_or_passed_over(string match, int events)
    {
        await using var world = await SigstoreWorld.StartAsync($"--Assay:Attestations:RepositoryMatch={match}");
        var run = world.NewRun();

        using var answer = await world.PublishAsync(await world.TokenAsync(run), Elsewhere, world.Draft(Elsewhere, run));

        await answer.ShouldBeAsync(HttpStatusCode.Created);
        var noted = await world.Trust.AuditAsync("provenance.other-repository");
        Assert.Equal(events, noted.Count);
        Assert.All(noted, row => Assert.Contains("octo-org/elsewhere", row.Detail));
    }

    [Theory]
    [InlineData("RequirePublicSource", "repository_visibility", "private", "provenance-source-not-public")]
    [InlineData("RequirePublicSource", "repository_visibility", "internal", "provenance-source-not-public")]
    [InlineData("RequirePublicSource", "repository_visibility", null, "provenance-source-not-public")]
    [InlineData("RequireHostedRunner", "runner_environment", "self-hosted", "provenance-runner-not-hosted")]
    public async Task Private_sources_and_own_runners_are_accepted_unless_the_operator_says_no(string option, string claim, string? value, string code)
    {
        await using var strict = await SigstoreWorld.StartAsync($"--Assay:Attestations:{option}=true");
        await using var usual = await SigstoreWorld.StartAsync();
        var run = strict.NewRun();
        run[claim] = value;
        var token = await strict.TokenAsync(run);

        await strict.ShouldLeaveNothingAsync(() => strict.PublishAsync(token, Package, strict.Draft(Package, run)), code);
        using var good = await strict.PublishAsync(token, Package, strict.Draft(Package, new JsonObject { ["run_id"] = run["run_id"]!.DeepClone() }));
        using var accepted = await usual.PublishAsync(await usual.TokenAsync(run), Package, usual.Draft(Package, run));

        await good.ShouldBeAsync(HttpStatusCode.Created);
        await accepted.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_largest_bundle_is_the_operators_to_say()
    {
        await using var world = await SigstoreWorld.StartAsync("--Assay:Attestations:MaximumBundleBytes=16384");
        var run = world.NewRun();
        var (token, draft) = (await world.TokenAsync(run), world.Draft(Package, run));

        await world.ShouldLeaveNothingAsync(
            () => world.PublishAsync(token, Package, draft with { Change = bundle => bundle["ballast"] = new string('\u00e9', 8_000) }), "provenance-too-large");
        using var answer = await world.PublishAsync(token, Package, draft);

        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("public", true)]
    [InlineData(null, false)]
    public async Task Where_the_operator_lets_clients_know_they_hear_the_truth_of_the_package(string? access, bool isPublic)
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Access:Ceiling=Public", "--Assay:Attestations:Visibility=Packages"]);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package with { Access = access });

        using var visibility = await app.GetAsync("/-/package/@acme%2fhello/visibility", alice);

        Assert.Equal(isPublic, (bool?)(await visibility.ShouldBeAsync(HttpStatusCode.OK))["public"]);
    }
}
