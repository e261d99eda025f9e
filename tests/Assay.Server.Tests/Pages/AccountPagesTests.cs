using System.Net;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Identity.Accounts;
using Assay.Server.Tests.Identity.SecondFactors;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Pages;

/// <summary>Tokens, mails, profile and password in the browser.</summary>
public sealed class AccountPagesTests : IAsyncLifetime
{
    private const string New = "/-/account/tokens/new";

    private RegistryApp app = null!;
    private Browser alice = null!;
    private string aliceToken = "";

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        aliceToken = await app.SignedInAsync("alice");
        alice = new Browser(app);
        await alice.SignInAsync("alice");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_token_is_shown_in_words_before_it_is_made_and_once_after()
    {
        await alice.OpenAsync(New);
        await alice.SubmitAsync("Preview", ("name", "mirror"), ("packages", "@acme\r\n@other/x"), ("packages_permission", "read-only"), ("addresses", "127.0.0.0/8"), ("days", "7"));
        var (preview, made) = (alice.Text, await app.ReadAsync(db => db.AccessTokens.CountAsync(row => !row.IsSignIn)));
        await alice.SubmitAsync("Create", ("password", RegistryApp.Password));
        var token = alice.Document.QuerySelector("#token")!.TextContent.Trim();
        await alice.OpenAsync("/-/account/tokens");

        Assert.Contains("Read @other/x, everything in @acme", preview);
        Assert.Contains("Publish or change anything.", preview);
        Assert.Contains("Be used from outside 127.0.0.0/8.", preview);
        Assert.Contains("Live longer than 7 days.", preview);
        Assert.Equal(0, made);
        Assert.Contains("mirror", alice.Text);
        Assert.DoesNotContain(token, alice.Page);
        Assert.Equal(HttpStatusCode.OK, await app.WhoAmIAsync(token));
        await (await new TestPackage("@acme/x", "1.0.0").PublishAsync(app, token)).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
    }

    [Fact]
    public async Task A_token_takes_the_password_and_what_was_typed_stays()
    {
        await alice.OpenAsync(New);
        await alice.SubmitAsync("Preview", ("name", "ci"), ("packages", "*"));
        await alice.SubmitAsync("Create", ("password", "guessed"));

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.Contains("The password is wrong", alice.Text);
        Assert.Equal("ci", alice.Document.QuerySelector("#token-name")!.GetAttribute("value"));
        Assert.Equal(0, await app.ReadAsync(db => db.AccessTokens.CountAsync(row => !row.IsSignIn)));
    }

    [Theory]
    [InlineData("packages", "@acme/*", "is not a package name")]
    [InlineData("packages", "", "Nothing is selected")]
    [InlineData("days", "4000", "A token's life is 1 to")]
    [InlineData("days", "soon", "A token's life is 1 to")]
    [InlineData("addresses", "10.0.0.0/99", "list of ranges")]
    [InlineData("bypass", "true", "goes with")]
    public async Task What_is_wrong_with_a_token_is_said_before_anything_is_asked(string field, string value, string problem)
    {
        await alice.OpenAsync(New);
        (string, string)[] fields = [("name", "ci"), ("packages", "*"), ("packages_permission", "read-only"), (field, value)];
        await alice.SubmitAsync("Preview", [.. fields.Reverse().DistinctBy(each => each.Item1)]);

        Assert.Contains(problem, alice.Text);
        Assert.Null(alice.Document.QuerySelector("form[action$='handler=Create']"));
    }

    [Fact]
    public async Task A_token_that_bypasses_the_second_factor_is_made_by_whoever_has_one_and_with_it()
    {
        await alice.OpenAsync(New);
        await alice.SubmitAsync("Preview", ("name", "ci"), ("packages", "*"), ("packages_permission", "read-write"), ("bypass", "true"));
        var without = alice.Text;
        var factor = await app.EnrolledAsync(aliceToken);
        await alice.OpenAsync(New);
        await alice.SubmitAsync("Preview", ("name", "ci"), ("packages", "*"), ("packages_permission", "read-write"), ("bypass", "true"));
        await alice.SubmitAsync("Create", ("password", RegistryApp.Password));
        var unproved = alice.Text;
        await alice.SubmitAsync("Create", ("password", RegistryApp.Password), ("factor", factor.NextCode()));

        Assert.Contains("is made by somebody who has one", without);
        Assert.Contains("Confirm with your second factor", unproved);
        Assert.NotNull(alice.Document.QuerySelector("#token"));
        Assert.Equal(1, await app.ReadAsync(db => db.AccessTokens.CountAsync(row => !row.IsSignIn)));
    }

    [Fact]
    public async Task A_token_is_revoked_by_its_person_alone()
    {
        await app.SignedInAsync("bob");
        await alice.OpenAsync(New);
        await alice.SubmitAsync("Preview", ("name", "ci"), ("packages", "*"));
        await alice.SubmitAsync("Create", ("password", RegistryApp.Password));
        var token = alice.Document.QuerySelector("#token")!.TextContent.Trim();
        var key = await app.ReadAsync(db => db.AccessTokens.Where(row => !row.IsSignIn).Select(row => row.Key).SingleAsync());
        var bob = new Browser(app);
        await bob.SignInAsync("bob");

        await bob.PostAsync("/-/account/tokens?handler=Revoke", ("key", key));
        var ofBob = (bob.Status, await app.WhoAmIAsync(token));
        await alice.OpenAsync("/-/account/tokens");
        await alice.SubmitAsync("Revoke", ("key", key));
        await alice.FollowAsync();

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), ofBob);
        Assert.Contains("Revoked", alice.Text);
        Assert.Equal(HttpStatusCode.Unauthorized, await app.WhoAmIAsync(token));
    }

    [Fact]
    public async Task Mails_are_chosen_and_the_default_is_not_kept()
    {
        await alice.OpenAsync("/-/account/mails");
        var (byDefault, offered) = (Wanted(), alice.Document.QuerySelectorAll("[name=wanted]").Length);

        await alice.PostAsync("/-/account/mails?handler=Choose", ("wanted", "token.created"), ("wanted", "version.published"), ("wanted", "issuer.added"), ("wanted", "no.such-event"));
        await alice.FollowAsync();

        Assert.Contains("token.created", byDefault);
        Assert.DoesNotContain("version.published", byDefault);
        Assert.DoesNotContain("issuer.added", alice.Page);
        Assert.True(offered > 20);
        Assert.Equal(["token.created", "version.published"], Wanted().Order());
        Assert.Equal(["version.published"], await app.ReadAsync(db => db.MailPreferences.Where(row => row.IsWanted).Select(row => row.Event).ToListAsync()));
        Assert.False(await app.ReadAsync(db => db.MailPreferences.AnyAsync(row => row.Event == "token.created")));
    }

    [Fact]
    public async Task A_new_password_takes_the_old_one_and_this_browser_alone_goes_on()
    {
        var other = new Browser(app);
        await other.SignInAsync("alice");
        const string Another = AccountCalls.AnotherPassword;

        await alice.OpenAsync("/-/account/profile");
        await alice.SubmitAsync("Password", ("password", Another), ("again", Another), ("old", "guessed"));
        var guessed = alice.Text;
        await alice.SubmitAsync("Password", ("password", Another), ("again", "something else"), ("old", RegistryApp.Password));
        var mistyped = alice.Text;
        await alice.SubmitAsync("Password", ("password", Another), ("again", Another), ("old", RegistryApp.Password));
        await alice.FollowAsync();

        Assert.Contains("The password is wrong", guessed);
        Assert.Contains("are not the same", mistyped);
        Assert.Contains("Signed in as alice", alice.Text);
        await other.OpenAsync("/-/account");
        Assert.Equal(HttpStatusCode.Found, other.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, await app.WhoAmIAsync(aliceToken));
        await (await app.CouchAsync("alice", Another)).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Another_address_takes_the_second_factor_and_the_rest_of_the_profile_does_not()
    {
        var factor = await app.EnrolledAsync(aliceToken);
        await alice.OpenAsync("/-/account/profile");
        await alice.SubmitAsync("Save", ("fullname", "Alice <b>Liddell</b>"), ("factor", ""));
        await alice.FollowAsync();
        var (saved, page) = (alice.Text, alice.Page);
        await alice.SubmitAsync("Save", ("email", "new@example.test"));
        var unproved = alice.Text;
        await alice.SubmitAsync("Save", ("email", "new@example.test"), ("factor", factor.NextCode()));

        Assert.Contains("Saved.", saved);
        Assert.DoesNotContain("<b>", page);
        Assert.Contains("Confirm with your second factor", unproved);
        Assert.Equal("new@example.test", await app.ReadAsync(db => db.People.Where(row => row.Name == "alice").Select(row => row.Email).SingleAsync()));
    }

    [Fact]
    public async Task Who_one_is_at_a_ci_is_said_for_issuers_that_are_trusted_and_taken_away()
    {
        await app.OperatorAsync(HttpMethod.Post, "/issuer/add", new System.Text.Json.Nodes.JsonObject { ["id"] = "github", ["provider"] = "github", ["names"] = new System.Text.Json.Nodes.JsonArray("*") });
        await alice.OpenAsync("/-/account/identities");
        await alice.SubmitAsync("SetCi", ("issuer", "nowhere"), ("actor", "583231"));
        var unknown = alice.Text;
        await alice.SubmitAsync("SetCi", ("issuer", "github"), ("actor", "583231"));
        await alice.FollowAsync();
        var stated = alice.Text;
        await alice.SubmitAsync("RemoveCi");
        await alice.FollowAsync();

        Assert.Contains("No issuer 'nowhere' is trusted here", unknown);
        Assert.Contains("583231 at github", stated);
        Assert.Contains("Not confirmed", stated);
        Assert.Equal(0, await app.ReadAsync(db => db.CiIdentities.CountAsync()));
    }

    private List<string> Wanted() => [.. alice.Document.QuerySelectorAll("[name=wanted][checked]").Select(box => box.GetAttribute("value")!)];
}
