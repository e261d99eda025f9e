using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Outbound;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>Provider definitions that an operator adds: read at the start, proved, pinned by the bindings that rest on them.</summary>
public sealed class OperatorProviderTests
{
    private static readonly JsonObject Own = new() { ["id"] = "own" };

    [Fact]
    public async Task Runs_of_an_operators_own_provider_publish()
    {
        using var folder = new TemporaryFolder();
        OperatorProvider.Write(folder.Path);
        await using var world = await TrustWorld.WithoutIssuersAsync(dataDirectory: folder.Path);
        await using var issuer = await BoundAsync(world);

        using var published = await world.PublishAsync(await world.ExchangedAsync(issuer.Mint(world)), "1.0.0");
        var shown = await (await world.App.GetAsync("/-/assay/v1/providers/acme-ci", world.Administrator)).ShouldBeAsync(HttpStatusCode.OK);

        await published.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Equal(("operator", "Acme CI"), ((string?)shown["origin"], (string?)shown["displayName"]));
    }

    [Fact]
    public async Task Another_directory_can_be_named()
    {
        using var folder = new TemporaryFolder();
        using var definitions = new TemporaryFolder();
        OperatorProvider.Write(definitions.Path);
        await using var app = await RegistryApp.StartAsync(
            [$"--Assay:TrustedPublishing:DefinitionsDirectory={definitions.In("providers")}"], dataDirectory: folder.Path);
        var member = await app.SignedInAsync("alice");

        await (await app.GetAsync("/-/assay/v1/providers/acme-ci", member)).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_directory_that_is_named_and_missing_stops_the_start()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains("DefinitionsDirectory", await RefusalAsync(folder, "--Assay:TrustedPublishing:DefinitionsDirectory=elsewhere"), StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "definition", "{\"unheardOf\": 1}", "unheardOf" },
        { "definition", "{\"algorithms\": [\"HS256\"]}", "HS256" },
        { "definition", "{\"issuer\": {\"exact\": [\"https://gitlab.com\"]}}", "reserved for provider 'gitlab'" },
        { "definition", "{\"issuer\": {\"operator\": true, \"reservedHosts\": [\"token.actions.githubusercontent.com\"]}}", "reserved for provider 'github'" },
        { "definition", "{\"id\": \"github\"}", "There is already a provider 'github'" },
        { "definition", "{\"id\": \"other-ci\"}", "" },
        { "definition", "{\"policy\": {\"fields\": [], \"pin\": [], \"gate\": {\"advice\": \"Protect the ref.\"}}}", "policy.pin" },
        { "fixtures", "{\"cases\": []}", "granted" },
        { "fixtures", "{\"cases\": [{\"name\": \"base\", \"expect\": \"granted\"}]}", "one that is refused" },
        { "fixtures", "{\"cases\": [{\"name\": \"base\", \"expect\": \"release-gate-not-met\"}]}", "'base' comes to 'granted'" },
        { "fixtures", "{\"provider\": \"github\"}", "acme-ci" },
        { "fixtures", "{\"cases\": [{\"name\": \"base\", \"expect\": \"perhaps\"}]}", "perhaps" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_bad_file_stops_the_start_and_is_named(string file, string patch, string told)
    {
        using var folder = new TemporaryFolder();
        var (definition, fixtures) = (OperatorProvider.Definition(), OperatorProvider.Fixtures());
        foreach (var (name, value) in JsonNode.Parse(patch)!.AsObject())
        {
            (file == "definition" ? definition : fixtures)[name] = value?.DeepClone();
        }
        OperatorProvider.Write(folder.Path, definition, fixtures);

        var refusal = await RefusalAsync(folder);

        Assert.StartsWith(folder.In("providers/acme-ci.json"), refusal, StringComparison.Ordinal);
        Assert.Contains(told, refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("acme-ci.json", "not json", "acme-ci.json: ")]
    [InlineData("acme-ci.fixtures.json", "not json", "acme-ci.json: ")]
    [InlineData("acme-ci.fixtures.json", null, "acme-ci.json: nothing proves it")]
    [InlineData("acme-ci.json", null, "acme-ci.fixtures.json: there is no acme-ci.json beside it")]
    public async Task Half_of_a_definition_stops_the_start(string file, string? content, string told)
    {
        using var folder = new TemporaryFolder();
        OperatorProvider.Write(folder.Path);
        var path = folder.In($"providers/{file}");
        File.Delete(path);
        if (content is not null)
        {
            await File.WriteAllTextAsync(path, content);
        }

        Assert.Contains(told, await RefusalAsync(folder), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_definition_must_be_named_after_its_provider()
    {
        using var folder = new TemporaryFolder();
        OperatorProvider.Write(folder.Path, id: "mine");

        Assert.Contains("acme-ci.json", await RefusalAsync(folder), StringComparison.Ordinal);
    }

    // A template can be wide enough to hold another provider's issuer.
    [Fact]
    public async Task No_definition_gets_an_issuer_that_is_another_providers()
    {
        using var folder = new TemporaryFolder();
        var definition = OperatorProvider.Definition();
        definition["issuer"] = JsonNode.Parse("""{ "operator": true, "templates": [{ "pattern": "https://gitlab.{tld}", "segments": { "tld": "slug" } }] }""");
        OperatorProvider.Write(folder.Path, definition);
        await using var world = await TrustWorld.WithoutIssuersAsync(dataDirectory: folder.Path);

        using var answer = await world.AddIssuerAsync(OperatorProvider.Id, new Uri("https://gitlab.com"), with: body => body["issuer"] = "https://gitlab.com");

        Assert.Contains("gitlab", await answer.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-issuer"), StringComparison.Ordinal);
    }

    // Google's keys are on another host of Google's. Only the very host that the definition names, and only by https.
    [Theory]
    [InlineData("https://keys.acme.example/jwks", true)]
    [InlineData("https://evil.acme.example/jwks", false)]
    [InlineData("https://keys.acme.example.evil.example/jwks", false)]
    [InlineData("http://keys.acme.example/jwks", false)]
    [InlineData("https://keys.acme.example:8443/jwks", false)]
    [InlineData("https://me@keys.acme.example/jwks", false)]
    public async Task Keys_may_lie_on_a_host_that_the_definition_names(string keys, bool isAsked)
    {
        using var folder = new TemporaryFolder();
        var definition = OperatorProvider.Definition();
        definition["keys"] = new JsonObject { ["hosts"] = new JsonArray("keys.acme.example") };
        OperatorProvider.Write(folder.Path, definition);
        await using var issuer = await StubIssuer.StartAsync();
        var document = issuer.DiscoveryDocument;
        document["jwks_uri"] = keys;
        issuer.Discovery = StubIssuer.Answering(document.ToJsonString());
        var asked = new List<string>();
        await using var world = await TrustWorld.WithoutIssuersAsync(dataDirectory: folder.Path, replace: services => services.AddSingleton<ResolveAddresses>((host, _) =>
        {
            asked.Add(host);
            return Task.FromResult<IPAddress[]>([host == "127.0.0.1" ? IPAddress.Loopback : IPAddress.Parse("10.0.0.1")]);
        }));
        await BindAsync(world, issuer);

        using var answer = await world.AdminAsync("/issuer/check", Own);

        var text = await answer.ShouldBeRefusedAsync(HttpStatusCode.BadGateway, "issuer-unreachable");
        Assert.Contains(isAsked ? "keys.acme.example resolves to 10.0.0.1, which is not a public address" : "is not on the issuer's own host", text, StringComparison.Ordinal);
        Assert.Equal(isAsked ? ["127.0.0.1", "keys.acme.example"] : ["127.0.0.1"], asked);
    }

    [Fact]
    public async Task A_changed_definition_suspends_the_issuers_that_rest_on_it_until_it_is_accepted()
    {
        using var folder = new TemporaryFolder();
        OperatorProvider.Write(folder.Path);
        await using var issuer = await StubIssuer.StartAsync();
        string token;
        await using (var before = await TrustWorld.WithoutIssuersAsync(dataDirectory: folder.Path))
        {
            await BindAsync(before, issuer);
            token = await before.ExchangedAsync(issuer.Mint(before));
        }
        var changed = OperatorProvider.Definition();
        changed["revision"] = 2;
        OperatorProvider.Write(folder.Path, changed);
        using var log = new CapturedLog();
        await using var world = await TrustWorld.AgainAsync(folder.Path, services => services.AddSingleton<ILoggerProvider>(log));

        using var published = await world.PublishAsync(token, "1.0.0");
        using var exchange = await world.ExchangeAsync(issuer.Mint(world));
        using var check = await world.AdminAsync("/issuer/check", Own);
        var listed = await world.LinesAsync("/issuer/list");
        var shown = await world.LinesAsync("/issuer/show", Own);

        await published.ShouldExplainAsync(HttpStatusCode.Forbidden, "policy-changed");
        await exchange.ShouldExplainAsync(HttpStatusCode.Unauthorized, "unknown-issuer");
        Assert.Contains("admin issuer accept own", await check.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "issuer-suspended"), StringComparison.Ordinal);
        Assert.Contains("  suspended, may publish: *", listed[0], StringComparison.Ordinal);
        Assert.Contains("is not the one that was accepted for this issuer", listed[1], StringComparison.Ordinal);
        Assert.Contains(shown, line => line.Contains("revision 2", StringComparison.Ordinal) && line.Contains("not accepted", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.StartsWith("The issuer own is suspended", StringComparison.Ordinal) && line.Contains("admin issuer accept own", StringComparison.Ordinal));

        await world.LinesAsync("/issuer/accept", Own);
        using var accepted = await world.ExchangeAsync(issuer.Mint(world));
        using var revoked = await world.PublishAsync(token, "1.0.0");

        await revoked.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "publish-token-expired");
        await accepted.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Contains("enabled", (await world.LinesAsync("/issuer/list"))[0], StringComparison.Ordinal);
        Assert.Equal(1, await world.App.ReadAsync(db => db.AuditEvents.CountAsync(row => row.Action == "issuer.definition-accepted" && row.Subject == "own")));
    }

    [Fact]
    public async Task The_same_definition_goes_on_after_a_start_without_a_word()
    {
        using var folder = new TemporaryFolder();
        OperatorProvider.Write(folder.Path);
        await using var issuer = await StubIssuer.StartAsync();
        await using (var before = await TrustWorld.WithoutIssuersAsync(dataDirectory: folder.Path))
        {
            await BindAsync(before, issuer);
        }
        using var log = new CapturedLog();
        await using var world = await TrustWorld.AgainAsync(folder.Path, services => services.AddSingleton<ILoggerProvider>(log));

        using var answer = await world.ExchangeAsync(issuer.Mint(world));

        await answer.ShouldBeAsync(HttpStatusCode.Created);
        Assert.DoesNotContain(log.Lines, line => line.Contains("suspended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_definition_that_is_gone_suspends_too_and_cannot_be_accepted()
    {
        using var folder = new TemporaryFolder();
        OperatorProvider.Write(folder.Path);
        await using var issuer = await StubIssuer.StartAsync();
        await using (var before = await TrustWorld.WithoutIssuersAsync(dataDirectory: folder.Path))
        {
            await BindAsync(before, issuer);
        }
        Directory.Delete(folder.In("providers"), recursive: true);
        await using var world = await TrustWorld.AgainAsync(folder.Path);

        using var exchange = await world.ExchangeAsync(issuer.Mint(world));
        using var accept = await world.AdminAsync("/issuer/accept", Own);
        using var edit = await world.AdminAsync("/issuer/edit", new JsonObject { ["id"] = "own", ["names"] = new JsonArray("@acme/*") });
        var shown = await (await world.App.GetAsync("/-/assay/v1/issuers/own", world.Administrator)).ShouldBeAsync(HttpStatusCode.OK);
        await world.LinesAsync("/issuer/remove", new JsonObject { ["id"] = "own", ["force"] = true });

        await exchange.ShouldExplainAsync(HttpStatusCode.Unauthorized, "unknown-issuer");
        await accept.ShouldBeRefusedAsync(HttpStatusCode.Conflict, "issuer-suspended");
        await edit.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-issuer");
        Assert.Equal(("suspended", "missing"), ((string?)shown["state"], (string?)shown["definition"]!["origin"]));
    }

    // A file that an operator wrote, and then a release that ships a provider of that name: not what was accepted.
    [Fact]
    public async Task A_definition_that_ships_later_under_the_same_name_is_accepted_knowingly_too()
    {
        await using var world = await TrustWorld.WithPolicyAsync();
        await world.App.ReadAsync(db => db.IssuerBindings.Where(row => row.Id == "github")
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DefinitionDigest, new string('a', 64))));
        await world.LinesAsync("/issuer/edit", new JsonObject { ["id"] = "gitlab", ["names"] = new JsonArray("@acme/*") });

        using var before = await world.ExchangeAsync(world.Github());
        await world.LinesAsync("/issuer/accept", new JsonObject { ["id"] = "github" });
        using var after = await world.ExchangeAsync(world.Github());

        await before.ShouldExplainAsync(HttpStatusCode.Unauthorized, "unknown-issuer");
        await after.ShouldBeAsync(HttpStatusCode.Created);
    }

    private static async Task<StubIssuer> BoundAsync(TrustWorld world)
    {
        var issuer = await StubIssuer.StartAsync();
        await BindAsync(world, issuer);
        return issuer;
    }

    private static async Task BindAsync(TrustWorld world, StubIssuer issuer)
    {
        await (await world.AddIssuerAsync(OperatorProvider.Id, issuer.Url, with: body => body["id"] = "own")).ShouldBeAsync(HttpStatusCode.OK);
        await (await world.TrustAsync(TrustWorld.Package, new JsonObject
        {
            ["type"] = OperatorProvider.Id,
            ["claims"] = new JsonObject(),
            ["permissions"] = new JsonArray("createPackage"),
        })).ShouldBeCreatedAsync();
    }

    private static async Task<string> RefusalAsync(TemporaryFolder folder, params string[] configuration) =>
        (await Assert.ThrowsAsync<StartRefused>(() => RegistryApp.StartAsync(configuration, dataDirectory: folder.Path))).Message;
}
