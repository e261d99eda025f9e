using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Pages;

/// <summary>Organisations in the browser: their people, teams, denies, and who publishes what.</summary>
public sealed class OrganisationPagesTests : IAsyncLifetime
{
    private RegistryApp app = null!;
    private string ownerToken = "";
    private Browser owner = null!;
    private Browser developer = null!;
    private Browser stranger = null!;
    private Browser root = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync(["--Assay:TrustedPublishing:CoolingOffHours=0", "--Assay:Packages:Lock=2fa-or-oidc"]);
        await app.SignedInAsync("root", isAdministrator: true);
        ownerToken = await app.SignedInAsync("owner");
        await app.SignedInAsync("stranger");
        await app.OrganisationAsync("acme", "owner");
        await app.MemberAsync(ownerToken, "acme", "developer");
        (owner, developer, stranger, root) = (await BrowserAsync("owner"), await BrowserAsync("developer"), await BrowserAsync("stranger"), await BrowserAsync("root"));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Everybody_sees_their_own_organisations_and_administrators_all_of_them()
    {
        await app.OrganisationAsync("other", "root");

        Assert.Equal(["acme"], await ListedAsync(owner));
        Assert.Equal(["acme"], await ListedAsync(developer));
        Assert.Empty(await ListedAsync(stranger));
        Assert.Equal(["acme", "other"], await ListedAsync(root));
        Assert.Null(owner.Document.QuerySelector("form[action$='handler=Make']"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/teams")]
    [InlineData("/teams/devs")]
    [InlineData("/policies")]
    [InlineData("/denies")]
    public async Task A_stranger_learns_nothing_of_an_organisation(string page)
    {
        await app.TeamAsync(ownerToken, "acme", "devs");

        var there = await stranger.OpenAsync($"/-/orgs/acme{page}");
        var status = stranger.Status;
        var absent = await stranger.OpenAsync($"/-/orgs/absent{page}");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (status, stranger.Status));
        Assert.Equal(there.Replace("acme", "absent", StringComparison.Ordinal), absent);
    }

    [Fact]
    public async Task Its_owner_adds_somebody_changes_their_place_and_removes_them()
    {
        await owner.OpenAsync("/-/orgs/acme");
        await owner.SubmitAsync("Set", ("person", "stranger"), ("role", "admin"));
        var as1 = await PlaceAsync("stranger");
        await owner.FollowAsync();
        await owner.SubmitAsync("Set", ("person", "nobody-here"), ("role", "admin"));
        var unknown = owner.Text;
        await owner.SubmitAsync("Remove", ("person", "stranger"));
        await owner.FollowAsync();
        await owner.SubmitAsync("Remove", ("person", "owner"));

        Assert.Equal("admin", as1);
        Assert.Contains("There is no person named nobody-here", unknown);
        Assert.Null(await PlaceAsync("stranger"));
        Assert.Contains("is the last owner", owner.Text);
    }

    [Fact]
    public async Task A_developer_sees_the_people_and_changes_none_but_may_leave()
    {
        await developer.OpenAsync("/-/orgs/acme");
        var shown = developer.Document;
        await developer.PostAsync("/-/orgs/acme?handler=Set", ("person", "stranger"), ("role", "owner"));
        var set = developer.Status;
        await developer.PostAsync("/-/orgs/acme?handler=Remove", ("person", "owner"));
        var removed = developer.Status;
        await developer.PostAsync("/-/orgs/acme?handler=AddScope", ("scope", "@mine"));
        var scope = developer.Status;
        await developer.OpenAsync("/-/orgs/acme");
        await developer.SubmitAsync("Remove");

        Assert.Null(shown.QuerySelector("form[action$='handler=Set']"));
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (set, removed, scope));
        Assert.Null(await PlaceAsync("developer"));
        Assert.Null(await PlaceAsync("stranger"));
    }

    [Fact]
    public async Task An_administrator_makes_one_and_gives_it_a_scope()
    {
        await root.OpenAsync("/-/orgs");
        await root.SubmitAsync("Make", ("org", "labs"), ("owner", "owner"));
        await root.FollowAsync();
        await root.SubmitAsync("AddScope", ("scope", "@labs-two"));
        await root.FollowAsync();
        await stranger.OpenAsync("/-/orgs");
        await stranger.PostAsync("/-/orgs?handler=Make", ("org", "mine"), ("owner", "stranger"));

        Assert.Contains("@labs-two", root.Text);
        Assert.Equal(HttpStatusCode.Forbidden, stranger.Status);
        Assert.Equal(["acme", "labs"], await app.ReadAsync(db => db.Organisations.OrderBy(row => row.Name).Select(row => row.Name).ToListAsync()));
    }

    [Fact]
    public async Task A_team_is_made_gets_people_and_packages_and_is_destroyed()
    {
        await owner.OpenAsync("/-/orgs/acme/teams");
        await owner.SubmitAsync("Make", ("team", "Devs"));
        var misnamed = owner.Text;
        await owner.SubmitAsync("Make", ("team", "devs"));
        await owner.FollowAsync();
        await owner.SubmitAsync("Add", ("person", "stranger"));
        var outsider = owner.Text;
        await owner.SubmitAsync("Add", ("person", "developer"));
        await owner.FollowAsync();
        await owner.SubmitAsync("Give", ("target", "@acme"), ("role", "write"));
        await owner.FollowAsync();
        var filled = owner.Text;
        await developer.OpenAsync("/-/orgs/acme/teams/devs");
        await developer.PostAsync("/-/orgs/acme/teams/devs?handler=Give", ("target", "@acme"), ("role", "admin"));
        var ofDeveloper = developer.Status;
        await owner.SubmitAsync("Take", ("target", "@acme"));
        await owner.FollowAsync();
        await owner.SubmitAsync("Remove", ("person", "developer"));
        await owner.FollowAsync();
        var emptied = owner.Text;
        await owner.SubmitAsync("Destroy");

        Assert.Contains("A team has a name of", misnamed);
        Assert.Contains("is not a member of the organisation", outsider);
        Assert.Contains("@acmewrite", filled);
        Assert.Equal(HttpStatusCode.Forbidden, ofDeveloper);
        Assert.Contains("Nobody is in it yet", emptied);
        Assert.Contains("Nothing yet", emptied);
        Assert.Equal(0, await app.ReadAsync(db => db.Teams.CountAsync()));
    }

    [Fact]
    public async Task A_deny_on_its_scope_is_added_and_ended_by_those_who_administer_it()
    {
        await owner.OpenAsync("/-/orgs/acme/denies");
        await owner.SubmitAsync("Add", ("target", "@other/*"), ("actions", "publish"));
        var elsewhere = owner.Text;
        await owner.SubmitAsync("Add", ("target", "@acme/*"), ("actions", "publish"), ("note", "<b>Frozen</b>"));
        await owner.FollowAsync();
        var (added, page) = (owner.Text, owner.Page);
        var id = await app.ReadAsync(db => db.TrustPolicies.Select(row => row.Id).SingleAsync());
        await developer.OpenAsync("/-/orgs/acme/denies");
        var shown = developer.Status;
        await developer.PostAsync("/-/orgs/acme/denies?handler=End", ("id", id));
        var stillThere = await app.ReadAsync(db => db.TrustPolicies.Where(row => row.EndsAt == null).CountAsync());
        await owner.SubmitAsync("End");
        await owner.FollowAsync();

        Assert.Contains("is not in a scope of this organisation", elsewhere);
        Assert.Contains("publish of @acme/*", added);
        Assert.DoesNotContain("<b>", page);
        Assert.Equal((HttpStatusCode.Forbidden, 1), (shown, stillThere));
        Assert.NotNull(await app.ReadAsync(db => db.TrustPolicies.Select(row => row.EndsAt).SingleAsync()));
    }

    [Fact]
    public async Task The_matrix_shows_who_publishes_what_and_where_something_is_missing()
    {
        await TrustAsync();
        await owner.OpenAsync("/-/orgs/acme/policies");

        var rows = owner.Document.QuerySelectorAll(".matrix tbody tr");
        string Row(string package) => string.Join(' ', rows.Single(row => row.QuerySelector("th a")!.TextContent == package).TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(["acme/one", "acme/wide"], owner.Document.QuerySelectorAll(".matrix thead th").Skip(1).Select(head => head.FirstChild!.TextContent.Trim()));
        Assert.Contains("publish own", Row("@acme/one"));
        Assert.Contains("never used", Row("@acme/one"));
        Assert.Contains("not pinned", Row("@acme/one"));
        Assert.Contains("does not count", Row("@acme/one"));
        Assert.Contains("publish scope", Row("@acme/two"));
        Assert.DoesNotContain("no publisher", Row("@acme/two"));
        Assert.Contains("people publish too", Row("@acme/two"));
    }

    [Fact]
    public async Task Without_a_policy_a_package_has_no_publisher_and_whoever_left_is_named()
    {
        await app.PublishedAsync(ownerToken, new TestPackage("@acme/two", "1.0.0"));
        await owner.OpenAsync("/-/orgs/acme/policies");
        var bare = owner.Text;
        await TrustAsync(published: true);
        await app.SignedInAsync("second");
        await owner.OpenAsync("/-/orgs/acme");
        await owner.SubmitAsync("Set", ("person", "second"), ("role", "owner"));
        await owner.FollowAsync();
        await owner.SubmitAsync("Remove", ("person", "owner"));
        var second = await BrowserAsync("second");
        await second.OpenAsync("/-/orgs/acme/policies");

        Assert.Contains("@acme/two no publisher", bare);
        Assert.Contains("creator left", second.Text);
        await developer.OpenAsync("/-/orgs/acme/policies");
        Assert.Equal(HttpStatusCode.Forbidden, developer.Status);
        Assert.DoesNotContain("acme/wide", developer.Page);
    }

    /// <summary>Two packages; the first has a policy of its own beside that of the scope.</summary>
    private async Task TrustAsync(bool published = false)
    {
        await app.OperatorAsync(HttpMethod.Post, "/issuer/add", new JsonObject { ["id"] = "github", ["provider"] = "github", ["names"] = new JsonArray("@acme/*") });
        foreach (var name in published ? new[] { "one" } : ["one", "two"])
        {
            await app.PublishedAsync(ownerToken, new TestPackage($"@acme/{name}", "1.0.0"));
        }
        foreach (var (target, repository) in new[] { ("@acme/*", "acme/wide"), ("@acme/one", "acme/one") })
        {
            await (await app.PostAsync("/-/assay/v1/policies", ownerToken, new JsonObject
            {
                ["target"] = target,
                ["effect"] = "allow",
                ["binding"] = "github",
                ["actions"] = new JsonArray("publish"),
                ["fields"] = new JsonObject { ["repository"] = new JsonArray(repository), ["workflow"] = new JsonArray("publish.yml") },
            })).ShouldBeAsync(HttpStatusCode.Created);
        }
    }

    private Task<string?> PlaceAsync(string person) => app.ReadAsync(db => db.OrganisationMembers
        .Where(row => db.People.Any(found => found.Id == row.PersonId && found.Name == person)).Select(row => (string?)row.Role).SingleOrDefaultAsync());

    private static async Task<IReadOnlyList<string>> ListedAsync(Browser browser)
    {
        await browser.OpenAsync("/-/orgs");
        return [.. browser.Document.QuerySelectorAll(".list h2").Select(head => head.TextContent.Trim())];
    }

    private async Task<Browser> BrowserAsync(string name)
    {
        var browser = new Browser(app);
        await browser.SignInAsync(name);
        return browser;
    }
}
