using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Upstream.Advisories;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Upstream.Advisories;

/// <summary>An upstream registry is asked about its own packages. It never learns which are ours.</summary>
public sealed class RelayedAuditTests : IDisposable
{
    private const string Upstream = "--Assay:Advisories:Source=Upstream";

    private readonly TemporaryFolder folder = new();
    private readonly Relay relay = new();

    [Fact]
    public async Task Our_names_are_never_handed_on()
    {
        await using var app = await StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("ours", "1.0.0"));
        await OwnAsync(app, "@acme", "taken");

        using var answer = await app.AuditAsync(alice, "ours@1.0.0", "@acme/anything@1.0.0", "taken@1.0.0", "theirs@1.0.0", "@else/theirs@1.0.0");

        Assert.Equal(["theirs", "@else/theirs"], relay.Asked);
        Assert.Equal(["theirs"], (await answer.ShouldBeAsync(HttpStatusCode.OK)).Keys());
        Assert.Contains("3 of the packages are this registry's own", answer.Notice(), StringComparison.Ordinal);
        Assert.DoesNotContain("@acme", answer.Notice(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task About_our_names_the_import_answers()
    {
        await using var app = await StartAsync();
        var alice = await app.SignedInAsync("alice");
        await OwnAsync(app, "@acme");
        await app.ImportedAsync(folder.Zip(
            new OsvDocument("GHSA-1", "@acme/x") { Modified = app.Clock.GetUtcNow().ToString("O") }, new OsvDocument("GHSA-2", "@else/theirs")));

        using var answer = await app.AuditAsync(alice, "@acme/x@1.0.0", "theirs@1.0.0", "@else/theirs@1.0.0");

        Assert.Equal(["theirs", "@acme/x"], (await answer.ShouldBeAsync(HttpStatusCode.OK)).Keys());
        Assert.Equal("", answer.Notice());
    }

    [Fact]
    public async Task What_an_upstream_says_of_names_that_it_was_not_asked_about_is_not_passed_on()
    {
        relay.Also = "@acme/x";
        await using var app = await StartAsync();
        var alice = await app.SignedInAsync("alice");
        await OwnAsync(app, "@acme");

        using var answer = await app.AuditAsync(alice, "@acme/x@1.0.0", "theirs@1.0.0");

        Assert.Equal(["theirs"], (await answer.ShouldBeAsync(HttpStatusCode.OK)).Keys());
    }

    [Fact]
    public async Task An_upstream_that_does_not_answer_is_no_clean_answer()
    {
        relay.Failure = new Denial(503, "upstream-unreachable", "It does not answer.");
        await using var app = await StartAsync();
        var alice = await app.SignedInAsync("alice");
        await OwnAsync(app, "@acme");
        await app.ImportedAsync(folder.Zip(new OsvDocument("GHSA-1", "@acme/x") { Modified = app.Clock.GetUtcNow().ToString("O") }));

        using var answer = await app.AuditAsync(alice, "@acme/x@1.0.0", "theirs@1.0.0");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "upstream-unreachable");
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{\"theirs\":[],\"theirs\":[]}")]
    [InlineData("{\"theirs\":[{\"id\":1,\"id\":2}]}")]
    [InlineData("{\"theirs\":[{\"title\":\"\\ud800\"}]}")]
    [InlineData("{\"\\udc00\":[]}")]
    public async Task An_answer_that_is_none_is_a_clear_refusal(string text)
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Instead = context => context.Response.WriteAsync(text);
        await using var app = await RegistryApp.StartAsync([Upstream, .. foreign.Settings]);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.AuditAsync(alice, "theirs@1.0.0");

        Assert.Contains("sent no advisories", await answer.ShouldBeRefusedAsync(HttpStatusCode.BadGateway, "upstream-failed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_relays_nothing_is_offered()
    {
        await using var app = await RegistryApp.StartAsync([Upstream]);
        var alice = await app.SignedInAsync("alice");

        using var answer = await app.AuditAsync(alice, "theirs@1.0.0");

        await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "advisories-not-offered");
    }

    [Fact]
    public async Task By_default_nobody_is_asked()
    {
        await using var app = await RegistryApp.StartAsync(replace: services => services.AddSingleton<IAdvisorySource>(relay));
        var alice = await app.SignedInAsync("alice");
        await app.ImportedAsync(folder.Zip(new OsvDocument("GHSA-1", "x") { Modified = app.Clock.GetUtcNow().ToString("O") }));

        using var answer = await app.AuditAsync(alice, "theirs@1.0.0");

        await answer.ShouldBeAsync(HttpStatusCode.OK);
        Assert.Empty(relay.Asked);
    }

    public void Dispose() => folder.Dispose();

    private Task<RegistryApp> StartAsync() => RegistryApp.StartAsync([Upstream], replace: services =>
    {
        services.Remove(services.Single(service => service.ImplementationType == typeof(RelayedAdvisories)));
        services.AddSingleton<IAdvisorySource>(relay);
    });

    private static Task<bool> OwnAsync(RegistryApp app, params string[] names) =>
        app.Services.GetRequiredService<CommitQueue>().RunAsync((commit, _) =>
        {
            commit.Db.OwnedNames.AddRange(names.Select(name => new OwnedNameRow { Name = name, By = "test", At = commit.Now }));
            return Task.FromResult(true);
        }, CancellationToken.None);

    /// <summary>An upstream that knows something bad of <c>theirs</c>.</summary>
    private sealed class Relay : IAdvisorySource
    {
        public AdvisoriesFrom From => AdvisoriesFrom.Upstream;

        public IReadOnlyList<string> Asked { get; private set; } = [];

        public string Also { get; set; } = "theirs";

        public Denial? Failure { get; set; }

        public Task<AdvisoryAnswer> AskAsync(AuditRequest asked, CancellationToken cancellationToken)
        {
            Asked = [.. asked.Packages.Keys];
            var known = new JsonObject { ["theirs"] = new JsonArray(new JsonObject { ["id"] = 1 }) };
            known[Also] = new JsonArray(new JsonObject { ["id"] = 1 });
            return Task.FromResult<AdvisoryAnswer>(Failure is { } denial ? new AdvisoryAnswer.Unknown(denial) : new AdvisoryAnswer.Known(known));
        }
    }
}
