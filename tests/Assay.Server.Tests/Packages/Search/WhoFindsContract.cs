using System.Net;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Trust.Policies;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Assay.Server.Tests.Packages.Search.Searching;

namespace Assay.Server.Tests.Packages.Search;

/// <summary>Whoever may not read a package neither finds it nor counts it nor learns of it as a dependent or a publish: what is listed is what is read one by one.</summary>
public abstract class WhoFindsContract : IAsyncLifetime
{
    private const string Base = "base";

    private static readonly string[] Names =
    [
        Base, "members", "secret", "@acme/members", "@acme/hello", "@acme/other", "@acme/team", "@acme-x/other", "@ACME/other", "@run/used",
    ];

    private TrustWorld world = null!;
    private readonly Dictionary<string, string?> tokens = [];

    private RegistryApp App => world.App;

    private protected abstract Task<string[]> DatabaseAsync();

    public async ValueTask InitializeAsync()
    {
        world = await TrustWorld.StartAsync([.. await DatabaseAsync(), "--Assay:Access:Ceiling=Public"]);
        var alice = await App.SignedInAsync("alice");
        await App.OrganisationAsync("acme", "alice");
        await PublishAsync(alice);
        await PeopleAsync(alice);
        await RunsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("nobody", 1)]
    [InlineData("somebody rejected", 1)]
    [InlineData("stranger", 3)]
    [InlineData("owner", 10)]
    [InlineData("owner of one", 4)]
    [InlineData("developer", 3)]
    [InlineData("organisation's admin", 6)]
    [InlineData("team's member", 4)]
    [InlineData("team's member for the scope", 6)]
    [InlineData("administrator", 10)]
    [InlineData("administrator's token", 10)]
    [InlineData("owner's token for a package", 2)]
    [InlineData("owner's token for a scope", 5)]
    [InlineData("owner's token for something else", 1)]
    [InlineData("owner's token for organisations", 1)]
    [InlineData("stranger's token for a package", 1)]
    [InlineData("run for a name", 2)]
    [InlineData("run for a pattern", 4)]
    [InlineData("run for a pattern and a name", 5)]
    [InlineData("run that published", 1)]
    public async Task What_is_found_is_what_is_read(string who, int count)
    {
        var token = tokens[who];
        var caller = await CallerAsync(token);
        List<string> readable = [];
        foreach (var name in Names)
        {
            using var answer = await App.GetAsync("/" + TrustWorld.Escape(name), token);
            readable.AddRange(answer.StatusCode == HttpStatusCode.OK ? [name] : []);
        }

        var found = await App.FoundAsync(token, "thing");
        var byPages = new[] { await PageAsync(token, 0), await PageAsync(token, 3), await PageAsync(token, 6), await PageAsync(token, 9) };
        var dependents = await App.Services.GetRequiredService<ListDependents>().RunAsync(Parsed(Base), 0, 100, caller, CancellationToken.None);
        var recent = await App.Services.GetRequiredService<RecentPublishes>().RunAsync(100, caller, CancellationToken.None);
        var counted = (await App.SearchAsync(token, "base"))["objects"]![0]!["dependents"]!;

        Assert.Equal(count, readable.Count);
        Assert.Equal(readable.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.Equal(readable.Order(StringComparer.Ordinal), byPages.SelectMany(page => page.Names).Order(StringComparer.Ordinal));
        Assert.All(byPages, page => Assert.Equal(count, page.Total));
        Assert.Equal(readable.Order(StringComparer.Ordinal), recent.Select(publish => publish.Package).Order(StringComparer.Ordinal));
        Assert.Equal(readable.Except([Base]).Order(StringComparer.Ordinal), dependents!.Packages.Select(package => package.Package).Order(StringComparer.Ordinal));
        Assert.Equal((count - 1, $"{count - 1}"), (dependents.Total, (string)counted!));
        Assert.Equal(readable.Contains("secret"), (await App.FoundAsync(token, "secret")).Length > 0);
        Assert.Equal(readable.Contains("secret"), await App.Services.GetRequiredService<ListDependents>().RunAsync(Parsed("secret"), 0, 1, caller, CancellationToken.None) is not null);
    }

    [Fact]
    public async Task A_change_of_access_counts_with_the_next_request()
    {
        Assert.DoesNotContain("members", await App.FoundAsync(null, "thing"));

        await (await App.SetAccessAsync(tokens["owner"], "members", "public")).ShouldBeAsync(HttpStatusCode.OK);
        Assert.Contains("members", await App.FoundAsync(null, "thing"));
        await (await App.SetAccessAsync(tokens["owner"], "members", "teams")).ShouldBeAsync(HttpStatusCode.OK);

        Assert.DoesNotContain("members", await App.FoundAsync(null, "thing"));
        Assert.DoesNotContain("members", await App.FoundAsync(tokens["stranger"], "thing"));
        Assert.Contains("members", await App.FoundAsync(tokens["owner"], "thing"));
    }

    private async Task PublishAsync(string alice)
    {
        await App.PublishedAsync(alice, Package(Base, "thing") with { Access = "public" });
        await App.PublishedAsync(alice, Needing("members"));
        await App.PublishedAsync(alice, Needing("@acme/members"));
        foreach (var name in new[] { "secret", "@acme/hello", "@acme/other", "@acme/team", "@acme-x/other" })
        {
            await App.PublishedForTeamsAsync(alice, Needing(name));
        }
        // Names with capitals are old ones, which come by import alone.
        await App.PublishedForTeamsAsync(alice, Needing("@big/other"));
        await world.CommitAsync(commit => commit.Db.Packages.Where(row => row.Name == "@big/other").ExecuteUpdateAsync(set => set.SetProperty(row => row.Name, "@ACME/other").SetProperty(row => row.Scope, "@ACME")));
    }

    private async Task PeopleAsync(string alice)
    {
        tokens["nobody"] = null;
        tokens["somebody rejected"] = "npm_000000000000000000000000000000000000";
        tokens["owner"] = alice;
        tokens["stranger"] = await App.SignedInAsync("stranger");
        tokens["administrator"] = world.Administrator;
        tokens["owner of one"] = await App.SignedInAsync("bob");
        await (await App.PutAsync("/-/package/secret/owners", alice, new JsonObject { ["user"] = "bob" })).ShouldBeAsync(HttpStatusCode.OK);
        tokens["developer"] = await App.MemberAsync(alice, "acme", "dev");
        tokens["organisation's admin"] = await App.MemberAsync(alice, "acme", "chief", "admin");
        tokens["team's member"] = await App.MemberAsync(alice, "acme", "carol");
        tokens["team's member for the scope"] = await App.MemberAsync(alice, "acme", "dave");
        await App.TeamAsync(alice, "acme", "readers", "carol");
        await App.TeamAsync(alice, "acme", "all", "dave");
        await App.GrantedAsync(alice, "acme", "readers", "@acme/team", "read-only");
        await App.GrantedAsync(alice, "acme", "all", "@acme", "read-only");
        tokens["administrator's token"] = await TokenAsync(world.Administrator, "packages_all", true);
        tokens["owner's token for a package"] = await TokenAsync(alice, "packages", Texts("@acme/team"));
        tokens["owner's token for a scope"] = await TokenAsync(alice, "scopes", Texts("@acme"));
        tokens["owner's token for something else"] = await TokenAsync(alice, "packages", Texts("elsewhere"));
        tokens["owner's token for organisations"] = await App.TokenAsync(alice, new JsonObject { ["orgs"] = Texts("acme"), ["orgs_permission"] = "read-only" });
        tokens["stranger's token for a package"] = await TokenAsync(tokens["stranger"]!, "packages", Texts("@acme/team"));
    }

    // A policy of the package's own keeps it from tokens for a pattern.
    private async Task RunsAsync()
    {
        await new TestPolicy(TrustActions.Read) { Target = "@acme/*" }.AddToAsync(world);
        await new TestPolicy(TrustActions.Read).AddToAsync(world);
        tokens["run for a name"] = await world.AskedAsync(world.Github(), "read", "@acme/hello");
        tokens["run for a pattern"] = await world.AskedAsync(world.Github(TokenUse.Run("2")), "read", "@acme/*");
        tokens["run for a pattern and a name"] = await world.AskedAsync(world.Github(TokenUse.Run("3")), "read", "@acme/*", "@acme/hello");
        await world.TrustGithubAsync("@run/used");
        var run = await world.ExchangedAsync(world.Github(), "@run/used");
        await App.PublishedAsync(run, Needing("@run/used"));
        await (await App.SetAccessAsync(world.Administrator, "@run/used", "teams")).ShouldBeAsync(HttpStatusCode.OK);
        await (await App.PutAsync("/-/package/@run%2fused/owners", world.Administrator, new JsonObject { ["user"] = "alice" })).ShouldBeAsync(HttpStatusCode.OK);
        tokens["run that published"] = run;
    }

    private Task<string> TokenAsync(string of, string what, JsonNode value) =>
        App.TokenAsync(of, new JsonObject { [what] = value, ["packages_and_scopes_permission"] = "read-only" });

    private async Task<(string[] Names, int Total)> PageAsync(string? token, int from)
    {
        var answer = await App.SearchAsync(token, "thing", $"&size=3&from={from}");
        return ([.. answer["objects"]!.AsArray().Select(found => (string)found!["package"]!["name"]!)], (int)answer["total"]!);
    }

    private async Task<Caller> CallerAsync(string? token)
    {
        var context = new DefaultHttpContext { RequestServices = App.Services };
        context.Request.Headers.Authorization = token is null ? default : $"Bearer {token}";
        return await App.Services.GetRequiredService<CallerResolver>().ResolveAsync(context);
    }

    private static TestPackage Needing(string name) => Package(name, "thing", with: manifest => manifest["dependencies"] = new JsonObject { [Base] = "^1.0.0" });

    private static PackageName Parsed(string name) => PackageName.TryParse(name, null, out var parsed) ? parsed : throw new InvalidOperationException(name);
}
