using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.Upstream.Advisories;

/// <summary>Upstream registries are asked about their own packages. They never learn which are ours, nor which are another's.</summary>
public sealed class RelayedAuditTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task What_an_upstream_knows_is_passed_on_as_it_came()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        var advisories = ForeignAdvisories.Of(foreign, "lodash", "never-asked");
        await using var app = await RegistryApp.StartAsync([ForeignAdvisories.Relayed, .. foreign.Settings]);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.SendAsync(HttpMethod.Post, ForeignAdvisories.Path, alice, Packed("lodash@4.17.11", "lodash@4.17.21", "@else/clean@1.0.0"));

        var expected = new JsonObject { ["lodash"] = new JsonArray(ForeignAdvisories.About("lodash")) };
        Assert.True(JsonNode.DeepEquals(expected, await answer.ShouldBeAsync(HttpStatusCode.OK)));
        Assert.Equal("", answer.Notice());
        Assert.Equal("""{"lodash":["4.17.11","4.17.21"],"@else/clean":["1.0.0"]}""", advisories.Text);
        Assert.Equal([ForeignAdvisories.Path], foreign.Requests);
    }

    [Fact]
    public async Task Our_names_are_never_handed_on()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        var advisories = ForeignAdvisories.Of(foreign, "theirs");
        await using var world = await TrustWorld.StartAsync([ForeignAdvisories.Relayed, .. foreign.Settings]);
        var (app, token) = (world.App, world.Administrator);
        await app.PublishedAsync(token, new TestPackage("ours", "1.0.0"));
        await app.PublishedAsync(token, new TestPackage("ours-and-gone", "1.0.0"));
        using var gone = await app.DeleteAsync($"/ours-and-gone/-rev/{(await app.PackumentAsync(token, "ours-and-gone"))["_rev"]}", token);
        await gone.ShouldBeAsync(HttpStatusCode.OK);
        await world.TrustGithubAsync("ours-to-come");
        await app.OwnNameAsync("@ours");
        await app.OwnNameAsync("@types/ours");

        using var answer = await app.AuditAsync(
            token, "ours@1.0.0", "ours-and-gone@1.0.0", "ours-to-come@1.0.0", "@ours/anything@1.0.0", "@types/ours@1.0.0", "theirs@1.0.0", "@types/theirs@1.0.0");

        Assert.Equal(["theirs"], (await answer.ShouldBeAsync(HttpStatusCode.OK)).Keys());
        Assert.Equal("""{"theirs":["1.0.0"],"@types/theirs":["1.0.0"]}""", advisories.Text);
        Assert.Contains("5 of the packages are this registry's own", answer.Notice(), StringComparison.Ordinal);
        Assert.DoesNotContain("@ours", answer.Notice(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_spelling_of_a_name_does_not_bring_it_out()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        var advisories = ForeignAdvisories.Of(foreign);
        await using var app = await RegistryApp.StartAsync([ForeignAdvisories.Relayed, .. foreign.Settings]);
        var alice = await app.SignedInAsync("alice");
        await app.OwnNameAsync("@types/secret");

        using var answer = await app.AuditAsync(alice, "@types%2fsecret@1.0.0", "%40types%2Fsecret@1.0.0", "theirs@1.0.0");

        await answer.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("""{"theirs":["1.0.0"]}""", advisories.Text);
    }

    [Fact]
    public async Task What_is_no_version_is_not_handed_on()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        var advisories = ForeignAdvisories.Of(foreign);
        await using var app = await RegistryApp.StartAsync([ForeignAdvisories.Relayed, .. foreign.Settings]);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.AuditAsync(alice, "linked@file:../secret", "theirs@1.0.0", "theirs@git+ssh://git.acme.example/secret.git");

        await answer.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("""{"theirs":["1.0.0"]}""", advisories.Text);
    }

    [Fact]
    public async Task Who_has_nothing_but_ours_asks_nobody()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Instead = ForeignAdvisories.Answering(500);
        await using var app = await RegistryApp.StartAsync([ForeignAdvisories.Relayed, .. foreign.Settings]);
        var alice = await app.SignedInAsync("alice");
        await app.OwnNameAsync("@acme");

        using var answer = await app.AuditAsync(alice, "@acme/x@1.0.0");

        Assert.Empty((await answer.ShouldBeAsync(HttpStatusCode.OK)).Keys());
        Assert.Contains("1 of the packages are this registry's own", answer.Notice(), StringComparison.Ordinal);
        Assert.Empty(foreign.Requests);
    }

    [Fact]
    public async Task About_our_names_the_import_answers()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        ForeignAdvisories.Of(foreign, "theirs");
        await using var app = await RegistryApp.StartAsync([ForeignAdvisories.Relayed, .. foreign.Settings]);
        var alice = await app.SignedInAsync("alice");
        await app.OwnNameAsync("@acme");
        await app.ImportedAsync(folder.Zip(
            new OsvDocument("GHSA-1", "@acme/x") { Modified = app.Clock.GetUtcNow().ToString("O") }, new OsvDocument("GHSA-2", "@else/theirs")));

        using var answer = await app.AuditAsync(alice, "@acme/x@1.0.0", "theirs@1.0.0", "@else/theirs@1.0.0");

        Assert.Equal(["theirs", "@acme/x"], (await answer.ShouldBeAsync(HttpStatusCode.OK)).Keys());
        Assert.Equal("", answer.Notice());
    }

    [Fact]
    public async Task Each_name_goes_to_the_registry_of_its_route_with_that_ones_token()
    {
        await using var everything = await ForeignRegistry.StartAsync();
        await using var partner = await ForeignRegistry.StartAsync();
        var (all, partners) = (ForeignAdvisories.Of(everything, "lodash", "@partner/x"), ForeignAdvisories.Of(partner, "@partner/x"));
        await using var app = await RegistryApp.StartAsync(
            [ForeignAdvisories.Relayed, .. everything.Settings, Token("npm", "public-secret"), .. ForeignAdvisories.Partner(partner), Token("partner", "partner-secret")]);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.AuditAsync(alice, "lodash@1.0.0", "@partner/x@1.0.0", "@partner/y@2.0.0");

        Assert.Equal(["@partner/x", "lodash"], (await answer.ShouldBeAsync(HttpStatusCode.OK)).Keys().Order(StringComparer.Ordinal));
        Assert.Equal("""{"lodash":["1.0.0"]}""", all.Text);
        Assert.Equal("""{"@partner/x":["1.0.0"],"@partner/y":["2.0.0"]}""", partners.Text);
        Assert.Equal(("Bearer public-secret", "Bearer partner-secret"), (everything.LastToken, partner.LastToken));
    }

    [Fact]
    public async Task Of_names_that_nobody_answers_for_a_notice_says_so()
    {
        await using var partner = await ForeignRegistry.StartAsync();
        var partners = ForeignAdvisories.Of(partner);
        await using var app = await RegistryApp.StartAsync([ForeignAdvisories.Relayed, .. ForeignAdvisories.Partner(partner)]);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.AuditAsync(alice, "lodash@1.0.0", "@partner/x@1.0.0");

        await answer.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("""{"@partner/x":["1.0.0"]}""", partners.Text);
        Assert.Contains("1 of the packages belong to no registry that this one asks", answer.Notice(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offline_nobody_is_asked_and_nothing_is_said()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        ForeignAdvisories.Of(foreign);
        await using var app = await RegistryApp.StartAsync([ForeignAdvisories.Relayed, .. foreign.Settings, "--Assay:Upstream:Offline=true"]);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.AuditAsync(alice, "theirs@1.0.0");

        Assert.Contains("works offline", await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "advisories-not-offered"), StringComparison.Ordinal);
        Assert.Empty(foreign.Requests);
    }

    [Fact]
    public async Task Where_nobody_relays_nothing_is_offered()
    {
        await using var app = await RegistryApp.StartAsync([ForeignAdvisories.Relayed]);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.AuditAsync(alice, "theirs@1.0.0");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "advisories-not-offered");
    }

    [Fact]
    public async Task By_default_nobody_is_asked()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        var alice = await app.SignedInAsync("alice");
        await app.ImportedAsync(folder.Zip(new OsvDocument("GHSA-1", "x") { Modified = app.Clock.GetUtcNow().ToString("O") }));

        using var answer = await app.AuditAsync(alice, "theirs@1.0.0");

        await answer.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Empty(foreign.Requests);
    }

    [Fact]
    public async Task Who_does_not_read_through_here_does_not_ask_through_here()
    {
        string[] open = [ForeignAdvisories.Relayed, "--Assay:Access:Read=Public", "--Assay:Access:Ceiling=Public"];
        await using var foreign = await ForeignRegistry.StartAsync();
        ForeignAdvisories.Of(foreign, "theirs");
        await using var ours = await RegistryApp.StartAsync([.. open, .. foreign.Settings]);
        await using var all = await RegistryApp.StartAsync([.. open, .. foreign.Settings, "--Assay:Upstream:Read=Public"]);

        using var refused = await ours.AuditAsync(null, "theirs@1.0.0");
        var asked = foreign.Requests.Count;
        using var answered = await all.AuditAsync(null, "theirs@1.0.0");

        await refused.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        Assert.Equal(0, asked);
        Assert.Equal(["theirs"], (await answered.ShouldBeAsync(HttpStatusCode.OK)).Keys());
    }

    [Fact]
    public async Task A_question_that_is_too_large_or_none_goes_nowhere()
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        ForeignAdvisories.Of(foreign);
        await using var app = await RegistryApp.StartAsync([ForeignAdvisories.Relayed, .. foreign.Settings]);
        var alice = await app.SignedInAsync("alice");
        var many = Enumerable.Range(0, 250_000).Select(number => $"package-{number}@1.0.0");

        using var large = await app.SendAsync(HttpMethod.Post, ForeignAdvisories.Path, alice, Packed([.. many]));
        using var none = await app.SendAsync(HttpMethod.Post, ForeignAdvisories.Path, alice, new StringContent("[]"));

        await large.ShouldBeRefusedAsync(HttpStatusCode.RequestEntityTooLarge, "too-large");
        await none.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "malformed-json");
        Assert.Empty(foreign.Requests);
    }

    public void Dispose() => folder.Dispose();

    private string Token(string registry, string token)
    {
        File.WriteAllText(folder.In(registry), token);
        return $"--Assay:Upstream:Registries:{registry}:TokenFile={folder.In(registry)}";
    }

    /// <summary>As npm sends it.</summary>
    private static ByteArrayContent Packed(params string[] packages)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(AdvisoryDump.Asked(packages).ToJsonString()));
        }
        return new ByteArrayContent(target.ToArray()) { Headers = { { "content-type", "application/json" }, { "content-encoding", "gzip" } } };
    }
}
