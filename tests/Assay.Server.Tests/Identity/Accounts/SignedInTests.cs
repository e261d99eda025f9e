using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.SecondFactors;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Identity.Accounts;

/// <summary>Where somebody is signed in.</summary>
public sealed class SignedInTests
{
    private const string Sessions = "/-/assay/v1/sessions";

    [Fact]
    public async Task Terminals_and_browsers_stand_side_by_side_with_client_and_address()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.TokenAsync(alice, new JsonObject { ["name"] = "ci" });
        await app.SendAsync(
            HttpMethod.Put, "/-/user/org.couchdb.user:alice", content: RegistryApp.Json(new JsonObject { ["name"] = "alice", ["password"] = RegistryApp.Password }),
            headers: headers => headers.TryAddWithoutValidation("User-Agent", "npm/11.19.1"));
        var browser = new Browser(app);
        var page = await browser.SignInAsync("alice");

        var listed = (await (await app.GetAsync(Sessions, alice)).ShouldBeAsync(HttpStatusCode.OK))["sessions"]!.AsArray();

        Assert.Equal(["browser", "terminal", "terminal"], listed.Select(place => (string)place!["kind"]!).Order(StringComparer.Ordinal));
        var npm = Assert.Single(listed, place => (string?)place!["client"] == "npm/11.19.1")!;
        Assert.Contains((string)npm["address"]!, new[] { "127.0.0.1", "::1", "::ffff:127.0.0.1" });
        Assert.Single(listed, place => (bool)place!["current"]!);
        Assert.Contains("Terminal: npm 11", page);
        Assert.Contains("npm/11.19.1", page);
        var rows = browser.Document.QuerySelectorAll("[aria-labelledby=places] tbody tr");
        Assert.Equal(3, rows.Length);
        // Nobody signs out by mistake where they are.
        Assert.All(rows, row => Assert.NotEqual(row.TextContent.Contains("this browser", StringComparison.Ordinal), row.QuerySelector("form") is not null));
    }

    [Fact]
    public async Task One_is_ended_or_all_others()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var (one, two) = (await LoginAsync(app), await LoginAsync(app));
        var made = await app.TokenAsync(alice, new JsonObject { ["name"] = "ci" });
        var browser = new Browser(app);
        await browser.SignInAsync("alice");

        var key = (string)(await ListAsync(app, one)).Single(place => (bool)place["current"]!)["key"]!;
        await (await app.DeleteAsync($"{Sessions}/{key}", alice)).ShouldBeAsync(HttpStatusCode.OK);
        var afterOne = (await app.WhoAmIAsync(one), await app.WhoAmIAsync(two));
        await (await app.PostAsync($"{Sessions}/end-others", alice, null)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), afterOne);
        Assert.Equal(
            (HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.OK), (await app.WhoAmIAsync(two), await app.WhoAmIAsync(alice), await app.WhoAmIAsync(made)));
        Assert.DoesNotContain("Signed in as", await browser.OpenAsync("/-/account"));
    }

    [Fact]
    public async Task The_page_ends_terminals_too_and_stays_signed_in_itself()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var browser = new Browser(app);
        await browser.SignInAsync("alice");

        await browser.SubmitAsync("EndOthers");

        Assert.Equal(HttpStatusCode.Unauthorized, await app.WhoAmIAsync(alice));
        Assert.Contains("Signed in as alice", await browser.OpenAsync("/-/account"));
    }

    [Fact]
    public async Task Nobody_sees_or_ends_those_of_others_but_administrators()
    {
        await using var app = await RegistryApp.StartAsync();
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var alice = await app.SignedInAsync("alice");
        var bob = await app.SignedInAsync("bob");
        var key = (string)(await ListAsync(app, alice)).Single()["key"]!;

        await (await app.DeleteAsync($"{Sessions}/{key}", bob)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "session-not-found");
        await (await app.GetAsync("/-/assay/v1/users/alice/sessions", bob)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "administrators-only");
        var seen = (await (await app.GetAsync("/-/assay/v1/users/alice/sessions", root)).ShouldBeAsync(HttpStatusCode.OK))["sessions"]!.AsArray();
        await (await app.DeleteAsync($"/-/assay/v1/users/alice/sessions/{key}", root)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Single(seen);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (await app.WhoAmIAsync(alice), await app.WhoAmIAsync(bob)));
    }

    [Fact]
    public async Task A_token_made_for_something_else_is_no_sign_in_to_be_ended_as_one()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var made = await app.TokenAsync(alice, new JsonObject { ["name"] = "ci" });
        var key = await app.ReadAsync(db => db.AccessTokens.Where(row => row.Name == "ci").Select(row => row.Key).SingleAsync());

        await (await app.DeleteAsync($"/-/assay/v1/sessions/{key}", alice)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "session-not-found");

        Assert.Equal(HttpStatusCode.OK, await app.WhoAmIAsync(made));
    }

    [Fact]
    public async Task A_token_made_for_something_else_sees_and_ends_none()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var made = await app.TokenAsync(alice, new JsonObject { ["name"] = "ci", ["packages_and_scopes_permission"] = "read-write", ["packages_all"] = true });

        await (await app.GetAsync(Sessions, made)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "sign-in-only");
        await (await app.PostAsync($"{Sessions}/end-others", made, null)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "sign-in-only");
    }

    [Fact]
    public async Task To_end_others_takes_the_second_factor_and_to_end_ones_own_does_not()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var other = await LoginAsync(app);
        await app.EnrolledAsync(alice);
        var places = await ListAsync(app, alice);
        var (own, others) = (places.Single(place => (bool)place["current"]!), places.Single(place => !(bool)place["current"]!));

        await (await app.DeleteAsync($"{Sessions}/{(string)others["key"]!}", alice)).ShouldAskAsync();
        await (await app.PostAsync($"{Sessions}/end-others", alice, null)).ShouldAskAsync();
        await (await app.DeleteAsync($"{Sessions}/{(string)own["key"]!}", alice)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (await app.WhoAmIAsync(alice), await app.WhoAmIAsync(other)));
    }

    private static async Task<string> LoginAsync(RegistryApp app) => (string)(await (await app.CouchAsync("alice")).ShouldBeAsync(HttpStatusCode.Created))["token"]!;

    private static async Task<List<JsonObject>> ListAsync(RegistryApp app, string token) =>
        [.. (await (await app.GetAsync(Sessions, token)).ShouldBeAsync(HttpStatusCode.OK))["sessions"]!.AsArray().Select(place => place!.AsObject())];
}
