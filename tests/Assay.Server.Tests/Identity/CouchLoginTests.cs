using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Identity;

/// <summary>Login with name and password, logout, whoami.</summary>
public sealed class CouchLoginTests
{
    [Fact]
    public async Task A_right_password_gives_a_token_that_works()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");

        var answer = await (await LoginAsync(app, "alice", RegistryApp.Password)).ShouldBeAsync(HttpStatusCode.Created);

        Assert.True((bool)answer["ok"]!);
        Assert.Equal("org.couchdb.user:alice", (string?)answer["id"]);
        Assert.NotEmpty((string)answer["rev"]!);
        var token = (string)answer["token"]!;
        Assert.Matches("^npm_[A-Za-z0-9]{36,48}$", token);
        Assert.Equal("alice", (string?)(await (await app.GetAsync("/-/whoami", token)).JsonAsync())["username"]);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_name_are_one_answer()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");

        var wrong = await LoginAsync(app, "alice", "a wrong password");
        var unknown = await LoginAsync(app, "nobody", "a wrong password");

        var text = await wrong.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "wrong-password");
        Assert.Equal(text, await unknown.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "wrong-password"));
        Assert.Equal(["alice"], await app.ReadAsync(db => db.People.Select(row => row.Name).ToListAsync()));
    }

    [Theory]
    [InlineData("""{"name":"alice"}""")]
    [InlineData("""{"name":"bob","password":"a long enough password"}""")]
    [InlineData("""{"name":"alice","password":5}""")]
    [InlineData("""{"name":"alice","password":"\ud800"}""")]
    [InlineData("""{"name":"alice","password":"\u0000"}""")]
    [InlineData("""[]""")]
    [InlineData("""null""")]
    [InlineData("")]
    [InlineData("{")]
    public async Task A_login_of_another_shape_is_refused(string body)
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");

        var response = await app.SendAsync(HttpMethod.Put, "/-/user/org.couchdb.user:alice", content: new StringContent(body, Encoding.UTF8, "application/json"));

        await response.ShouldBeAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Guessing_has_to_wait_but_nobody_is_locked_out()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");
        for (var guess = 0; guess < 5; guess++)
        {
            await (await LoginAsync(app, "alice", "a wrong password")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "wrong-password");
        }

        var early = await LoginAsync(app, "alice", RegistryApp.Password);

        await early.ShouldBeRefusedAsync(HttpStatusCode.TooManyRequests, "too-many-sign-ins");
        var wait = early.Headers.RetryAfter!.Delta!.Value;
        Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        app.Clock.Advance(wait);
        await (await LoginAsync(app, "alice", RegistryApp.Password)).ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_wait_grows_with_each_failure_up_to_a_minute()
    {
        await using var app = await RegistryApp.StartAsync();
        var waits = new List<TimeSpan>();

        for (var guess = 0; guess < 14; guess++)
        {
            await LoginAsync(app, $"name{guess}", "a wrong password");
            var next = await LoginAsync(app, "another", "a wrong password");
            if (next.StatusCode == HttpStatusCode.TooManyRequests)
            {
                waits.Add(next.Headers.RetryAfter!.Delta!.Value);
                app.Clock.Advance(waits[^1]);
            }
        }

        Assert.Equal(waits.Order(), waits);
        Assert.Equal(TimeSpan.FromMinutes(1), waits[^1]);
    }

    [Fact]
    public async Task Guesses_that_come_at_once_are_counted_as_well()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(guess => LoginAsync(app, "alice", $"guess number {guess}")));

        Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized), 1, 6);
    }

    [Fact]
    public async Task Many_who_sign_in_rightly_at_once_from_one_address_do_not_wait()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => LoginAsync(app, "alice", RegistryApp.Password)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
    }

    [Fact]
    public async Task Logout_ends_the_token_for_the_very_next_request()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await (await app.GetAsync("/-/whoami", alice)).ShouldBeAsync(HttpStatusCode.OK);

        await (await app.DeleteAsync($"/-/user/token/{alice}", alice)).ShouldBeAsync(HttpStatusCode.OK);

        await (await app.GetAsync("/-/whoami", alice)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected");
    }

    [Fact]
    public async Task Nobody_logs_another_out()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var bob = await app.SignedInAsync("bob");

        var response = await app.DeleteAsync($"/-/user/token/{alice}", bob);

        await response.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/-/whoami", alice)).StatusCode);
    }

    [Fact]
    public async Task Members_find_each_other_and_strangers_find_nobody()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.SignedInAsync("bob");

        var bob = await (await app.GetAsync("/-/user/org.couchdb.user:bob", alice)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(("org.couchdb.user:bob", "bob", "bob@example.test"), ((string?)bob["_id"], (string?)bob["name"], (string?)bob["email"]));
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync("/-/user/org.couchdb.user:nobody", alice)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.GetAsync("/-/user/org.couchdb.user:bob")).StatusCode);
    }

    [Theory]
    [InlineData("Basic YWxpY2U6YSBsb25nIGVub3VnaCBwYXNzd29yZA==")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer x y")]
    [InlineData("Digest nothing")]
    public async Task Any_other_credential_is_refused_with_a_text_that_npm_shows(string header)
    {
        await using var app = await RegistryApp.StartAsync();
        await app.SignedInAsync("alice");

        var response = await app.GetAsync("/-/whoami", headers: headers => headers.TryAddWithoutValidation("Authorization", header));

        await response.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected");
    }

    private static Task<HttpResponseMessage> LoginAsync(RegistryApp app, string name, string password) =>
        app.PutAsync($"/-/user/org.couchdb.user:{name}", null, new JsonObject
        {
            ["_id"] = $"org.couchdb.user:{name}",
            ["name"] = name,
            ["password"] = password,
            ["type"] = "user",
            ["roles"] = new JsonArray(),
            ["date"] = "2026-01-01T00:00:00.000Z",
        });
}
