using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Identity;

/// <summary><c>npm token list|create|revoke</c>.</summary>
public sealed class AccessTokenTests
{
    [Fact]
    public async Task A_new_token_is_shown_once_and_listed_by_its_beginning()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        var created = await (await CreateAsync(app, alice, new JsonObject { ["name"] = "ci", ["packages_all"] = true })).ShouldBeAsync(HttpStatusCode.Created);
        var list = await (await app.GetAsync("/-/npm/v1/tokens", alice)).ShouldBeAsync(HttpStatusCode.OK);

        var token = (string)created["token"]!;
        Assert.Equal("alice", (string?)(await (await app.GetAsync("/-/whoami", token)).JsonAsync())["username"]);
        Assert.Equal(2, (int)list["total"]!);
        Assert.Empty(list["urls"]!.AsObject());
        var shown = list["objects"]!.AsArray().Single(item => (string?)item!["key"] == (string?)created["key"])!;
        Assert.Equal("ci", (string?)shown["name"]);
        var hint = (string)shown["token"]!;
        Assert.StartsWith("npm_", hint);
        Assert.NotEqual(token, hint);
        Assert.DoesNotContain(token, list.ToJsonString());
    }

    [Fact]
    public async Task No_secret_lies_in_the_data_directory()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var created = await (await CreateAsync(app, alice, new JsonObject { ["name"] = "ci", ["packages_all"] = true })).JsonAsync();
        var token = (string)created["token"]!;

        var row = await app.ReadAsync(db => db.AccessTokens.SingleAsync(found => found.Name == "ci"));
        var kept = await BytesAsync(app.DataDirectory);

        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(token)), row.Hash);
        Assert.DoesNotContain(token["npm_".Length..], kept);
        Assert.DoesNotContain(alice["npm_".Length..], kept);
        Assert.DoesNotContain(RegistryApp.Password, kept);
        Assert.Contains(row.Key, kept);
    }

    [Fact]
    public async Task Without_a_permission_a_token_may_only_read()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        var silent = await (await CreateAsync(app, alice, new JsonObject { ["name"] = "a", ["packages_all"] = true })).JsonAsync();
        var reading = await (await CreateAsync(app, alice, new JsonObject { ["name"] = "b", ["packages_all"] = true, ["packages_and_scopes_permission"] = "read-only" })).JsonAsync();
        var writing = await (await CreateAsync(app, alice, new JsonObject { ["name"] = "c", ["packages_and_scopes_permission"] = "read-write", ["packages_all"] = true })).JsonAsync();
        var old = await (await CreateAsync(app, alice, new JsonObject { ["readonly"] = false, ["cidr_whitelist"] = null })).JsonAsync();

        Assert.Equal([true, true, false, false], new[] { silent, reading, writing, old }.Select(token => (bool)token["readonly"]!));
    }

    [Theory]
    [InlineData("""{"packages_all":null}""")]
    [InlineData("""{"packages":[]}""")]
    [InlineData("""{"packages_all":false}""")]
    [InlineData("""{"packages_and_scopes_permission":"read-write"}""")]
    [InlineData("""{"orgs_permission":"read-only"}""")]
    [InlineData("""{"packages_all":true,"packages_and_scopes_permission":"no-access"}""")]
    [InlineData("""{"packages_all":true,"orgs_permission":"read-write"}""")]
    [InlineData("""{"orgs":["acme"],"orgs_permission":"no-access"}""")]
    [InlineData("""{"orgs":["acme"],"orgs_permission":"read-write-stage-only"}""")]
    [InlineData("""{"orgs":["acme"],"packages_and_scopes_permission":"read-write"}""")]
    [InlineData("""{"orgs":["acme"],"orgs_permission":7}""")]
    [InlineData("""{"packages_all":true,"packages_and_scopes_permission":5}""")]
    [InlineData("""{"packages_all":true,"packages_and_scopes_permission":"write"}""")]
    [InlineData("""{"packages_all":true,"packages":["@acme/x"]}""")]
    [InlineData("""{"packages_all":true,"scopes":["@acme"]}""")]
    [InlineData("""{"packages_all":"yes"}""")]
    [InlineData("""{"packages":["*","@acme/x"]}""")]
    [InlineData("""{"packages":"@acme/x"}""")]
    [InlineData("""{"packages":["@acme/x",5]}""")]
    [InlineData("""{"packages":["@acme"]}""")]
    [InlineData("""{"packages":["@acme/*"]}""")]
    [InlineData("""{"packages":["../x"]}""")]
    [InlineData("""{"scopes":["acme"]}""")]
    [InlineData("""{"scopes":["@acme/x"]}""")]
    [InlineData("""{"scopes":["@"]}""")]
    [InlineData("""{"scopes":[""]}""")]
    [InlineData("""{"orgs":["@acme"]}""")]
    [InlineData("""{"orgs":[""]}""")]
    [InlineData("""{"readonly":true,"packages_all":true,"packages_and_scopes_permission":"read-write"}""")]
    [InlineData("""{"readonly":true,"orgs":["acme"],"orgs_permission":"read-write"}""")]
    [InlineData("""{"readonly":"no"}""")]
    [InlineData("""{"readonly":false,"packages_and_scopes_permission":"read-write"}""")]
    [InlineData("""{"readonly":false,"bypass_2fa":true}""")]
    [InlineData("""{"packages_all":true,"bypass_2fa":true}""")]
    [InlineData("""{"packages_all":true,"bypass_2fa":true,"packages_and_scopes_permission":"read-write-stage-only"}""")]
    [InlineData("""{"packages_all":true,"bypass_2fa":"yes","packages_and_scopes_permission":"read-write"}""")]
    [InlineData("""{}""")]
    [InlineData("""{"packages_all":true,"cidr_whitelist":"10.0.0.0/8"}""")]
    [InlineData("""{"packages_all":true,"cidr_whitelist":["10.0.0.0/8",5]}""")]
    [InlineData("""{"packages_all":true,"cidr_whitelist":["10.0.0.0/99"]}""")]
    [InlineData("""{"packages_all":true,"cidr_whitelist":["everywhere"]}""")]
    [InlineData("""{"packages_all":true,"cidr":{}}""")]
    [InlineData("""{"packages_all":true,"expires":0}""")]
    [InlineData("""{"packages_all":true,"expires":-1}""")]
    [InlineData("""{"packages_all":true,"expires":366}""")]
    [InlineData("""{"packages_all":true,"expires":1.5}""")]
    [InlineData("""{"packages_all":true,"expires":"soon"}""")]
    [InlineData("""{"packages_all":true,"expires":"1999-01-01"}""")]
    [InlineData("""{"packages_all":true,"expires":{}}""")]
    public async Task A_wish_that_would_not_be_kept_is_refused_and_not_ignored(string wish)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        var response = await CreateAsync(app, alice, JsonNode.Parse(wish)!.AsObject());

        await response.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "bad-request");
        Assert.Equal(1, await app.ReadAsync(db => db.AccessTokens.CountAsync()));
    }

    [Fact]
    public async Task A_token_for_all_packages_may_say_so_with_a_star()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        var response = await CreateAsync(app, alice, new JsonObject { ["name"] = "ci", ["packages"] = new JsonArray("*"), ["packages_and_scopes_permission"] = "read-write" });

        Assert.False((bool)(await response.ShouldBeAsync(HttpStatusCode.Created))["readonly"]!);
    }

    [Fact]
    public async Task A_token_ends_when_its_time_is_over()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var token = await app.TokenAsync(alice, new JsonObject { ["name"] = "ci", ["expires"] = 2 });
        await (await app.GetAsync("/-/whoami", token)).ShouldBeAsync(HttpStatusCode.OK);

        app.Clock.Advance(TimeSpan.FromDays(2) - TimeSpan.FromMinutes(1));
        var before = await app.GetAsync("/-/whoami", token);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        var after = await app.GetAsync("/-/whoami", token);

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        await after.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected");
        Assert.Equal(1, (int)(await (await app.GetAsync("/-/npm/v1/tokens", alice)).JsonAsync())["total"]!);
    }

    [Fact]
    public async Task A_token_may_name_the_day_on_which_it_ends()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var day = app.Clock.GetUtcNow().AddDays(3);

        var created = await (await CreateAsync(app, alice, new JsonObject { ["name"] = "ci", ["packages_all"] = true, ["expires"] = day.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") })).ShouldBeAsync(HttpStatusCode.Created);

        Assert.Equal(day.ToUnixTimeSeconds(), DateTimeOffset.Parse((string)created["expires"]!).ToUnixTimeSeconds());
    }

    [Fact]
    public async Task A_token_works_only_from_the_addresses_that_it_names()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:TrustedProxies:0=127.0.0.1", "--Assay:TrustedProxies:1=::1"]);
        var alice = await app.SignedInAsync("alice");
        var token = await app.TokenAsync(alice, new JsonObject { ["name"] = "ci", ["cidr_whitelist"] = new JsonArray("10.1.0.0/16", "2001:db8::/32") });

        Task<HttpResponseMessage> FromAsync(string address) =>
            app.GetAsync("/-/whoami", token, headers => headers.TryAddWithoutValidation("X-Forwarded-For", address));

        Assert.Equal(HttpStatusCode.OK, (await FromAsync("10.1.2.3")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await FromAsync("::ffff:10.1.2.3")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await FromAsync("2001:db8::1")).StatusCode);
        await (await FromAsync("10.2.2.3")).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected");
        await (await app.GetAsync("/-/whoami", token)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected");
    }

    [Fact]
    public async Task A_revoked_token_is_refused_at_once()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var created = await (await CreateAsync(app, alice, new JsonObject { ["name"] = "ci", ["packages_all"] = true })).JsonAsync();
        var token = (string)created["token"]!;
        await (await app.GetAsync("/-/whoami", token)).ShouldBeAsync(HttpStatusCode.OK);

        await (await app.DeleteAsync($"/-/npm/v1/tokens/token/{created["key"]}", alice)).ShouldBeAsync(HttpStatusCode.OK);

        await (await app.GetAsync("/-/whoami", token)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "credential-rejected");
        Assert.Equal(HttpStatusCode.NotFound, (await app.DeleteAsync($"/-/npm/v1/tokens/token/{created["key"]}", alice)).StatusCode);
    }

    [Fact]
    public async Task A_token_is_revoked_by_itself_as_well()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var token = await app.TokenAsync(alice, new JsonObject { ["name"] = "ci" });

        await (await app.DeleteAsync($"/-/npm/v1/tokens/token/{token}", token)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.Unauthorized, (await app.GetAsync("/-/whoami", token)).StatusCode);
    }

    [Fact]
    public async Task Nobody_revokes_or_sees_the_tokens_of_another()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var bob = await app.SignedInAsync("bob");
        var created = await (await CreateAsync(app, alice, new JsonObject { ["name"] = "ci", ["packages_all"] = true })).JsonAsync();

        var revoked = await app.DeleteAsync($"/-/npm/v1/tokens/token/{created["key"]}", bob);
        var list = await (await app.GetAsync("/-/npm/v1/tokens", bob)).JsonAsync();

        await revoked.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(1, (int)list["total"]!);
        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/-/whoami", (string)created["token"]!)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.GetAsync("/-/npm/v1/tokens")).StatusCode);
    }

    [Fact]
    public async Task A_read_only_token_revokes_nothing_but_itself()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var reader = await app.TokenAsync(alice, new JsonObject { ["name"] = "reader" });
        var other = await (await CreateAsync(app, alice, new JsonObject { ["name"] = "ci", ["packages_all"] = true })).JsonAsync();

        var response = await app.DeleteAsync($"/-/npm/v1/tokens/token/{other["key"]}", reader);

        await response.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "read-only-token");
        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/-/whoami", (string)other["token"]!)).StatusCode);
    }

    [Fact]
    public async Task A_token_is_made_only_with_the_password_and_guessing_it_has_to_wait()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var wanted = new JsonObject { ["name"] = "ci", ["password"] = "a wrong password" };

        for (var guess = 0; guess < 5; guess++)
        {
            await (await app.PostAsync("/-/npm/v1/tokens", alice, wanted)).ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "wrong-password");
        }
        var early = await CreateAsync(app, alice, new JsonObject { ["name"] = "ci", ["packages_all"] = true });

        await early.ShouldBeRefusedAsync(HttpStatusCode.TooManyRequests, "too-many-sign-ins");
        Assert.NotNull(early.Headers.RetryAfter);
        Assert.Equal(1, await app.ReadAsync(db => db.AccessTokens.CountAsync()));
    }

    [Fact]
    public async Task Nobody_has_more_tokens_than_allowed()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Identity:MaximumTokensPerPerson=2"]);
        var alice = await app.SignedInAsync("alice");
        await app.TokenAsync(alice, new JsonObject { ["name"] = "ci" });

        var response = await CreateAsync(app, alice, new JsonObject { ["name"] = "one more", ["packages_all"] = true });

        await response.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "too-many-tokens");
    }

    [Fact]
    public async Task A_long_list_comes_in_pages()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.TokenAsync(alice, new JsonObject { ["name"] = "a" });
        await app.TokenAsync(alice, new JsonObject { ["name"] = "b" });
        var seen = new List<string>();

        for (var next = "/-/npm/v1/tokens?page=0&perPage=2"; next is not null;)
        {
            var page = await (await app.GetAsync(next, alice)).ShouldBeAsync(HttpStatusCode.OK);
            seen.AddRange(page["objects"]!.AsArray().Select(item => (string)item!["key"]!));
            next = (string?)page["urls"]!["next"];
        }

        Assert.Equal(3, seen.Distinct().Count());
    }

    [Theory]
    [InlineData("?page=abc&perPage=x")]
    [InlineData("?page=-1&perPage=-1")]
    [InlineData("?page=99999999999999999999")]
    [InlineData("?page=1&page=2")]
    public async Task An_odd_page_number_harms_nothing(string query)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        var page = await (await app.GetAsync("/-/npm/v1/tokens" + query, alice)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(1, (int)page["total"]!);
    }

    private static Task<HttpResponseMessage> CreateAsync(RegistryApp app, string token, JsonObject wanted)
    {
        wanted["password"] = RegistryApp.Password;
        return app.PostAsync("/-/npm/v1/tokens", token, wanted);
    }

    private static async Task<string> BytesAsync(string folder)
    {
        var all = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(folder, "registry.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            all.Append(await reader.ReadToEndAsync());
        }
        return all.ToString();
    }
}
