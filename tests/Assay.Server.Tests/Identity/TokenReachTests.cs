using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;

namespace Assay.Server.Tests.Identity;

/// <summary>What a token was made for bites, whatever its person may do.</summary>
public sealed class TokenReachTests : IAsyncLifetime
{
    private const string SignIn = "sign-in-only";
    private const string ReadOnly = "read-only-token";
    private const string Narrow = "token-too-narrow";
    private const string Hidden = "not-found";
    private const string NoOrganisation = "organisation-not-found";
    private const string Ok = "ok";

    /// <summary>What the owner of an organisation does. Each act is answered by a code, or done.</summary>
    private static readonly string[] Acts =
    [
        "read", "tag", "publish", "new", "collaborators", "audit", "policy", "freeze", "owner",
        "org", "member", "grant", "scope", "readers", "log", "webhooks", "incidents", "token", "profile",
    ];

    private RegistryApp app = null!;
    private string alice = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync(["--Assay:Access:Ceiling=public"]);
        alice = await app.SignedInAsync("alice");
        await app.SignedInAsync("bob");
        await app.OrganisationAsync("acme", "alice");
        await app.TeamAsync(alice, "acme", "core");
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        await app.PublishedForTeamsAsync(alice, new TestPackage("@acme/y", "1.0.0"));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    public static TheoryData<string, string[]> Tokens() => new()
    {
        {
            """{"packages_all":true,"packages_and_scopes_permission":"read-write"}""",
            [Ok, Ok, Ok, Ok, Ok, Ok, Ok, Ok, Ok, NoOrganisation, NoOrganisation, NoOrganisation, Ok, Ok, Ok, SignIn, SignIn, SignIn, SignIn]
        },
        {
            """{"packages_all":true}""",
            [Ok, ReadOnly, ReadOnly, ReadOnly, Ok, Ok, ReadOnly, ReadOnly, ReadOnly, NoOrganisation, NoOrganisation, NoOrganisation, Ok, ReadOnly, Ok, SignIn, SignIn, ReadOnly, ReadOnly]
        },
        {
            """{"packages":["@acme/x"],"packages_and_scopes_permission":"read-write"}""",
            [Ok, Ok, Ok, Narrow, Ok, Ok, Ok, Ok, Ok, NoOrganisation, NoOrganisation, NoOrganisation, "scope-not-found", "scope-not-found", Narrow, SignIn, SignIn, SignIn, SignIn]
        },
        {
            """{"scopes":["@acme"],"packages_and_scopes_permission":"read-write"}""",
            [Ok, Ok, Ok, Ok, Ok, Ok, Ok, Ok, Ok, NoOrganisation, NoOrganisation, NoOrganisation, Ok, Ok, Narrow, SignIn, SignIn, SignIn, SignIn]
        },
        {
            """{"scopes":["@acme"],"packages_and_scopes_permission":"read-only"}""",
            [Ok, ReadOnly, ReadOnly, ReadOnly, Ok, Ok, ReadOnly, ReadOnly, ReadOnly, NoOrganisation, NoOrganisation, NoOrganisation, Ok, ReadOnly, Narrow, SignIn, SignIn, ReadOnly, ReadOnly]
        },
        {
            """{"packages":["@acme/x"],"packages_and_scopes_permission":"read-write-stage-only"}""",
            [Ok, Narrow, Narrow, Narrow, Ok, Ok, Narrow, Narrow, Narrow, NoOrganisation, NoOrganisation, NoOrganisation, "scope-not-found", "scope-not-found", Narrow, SignIn, SignIn, SignIn, SignIn]
        },
        {
            """{"packages":["@acme/y"],"scopes":["@other"],"packages_and_scopes_permission":"read-write"}""",
            [Hidden, Hidden, Narrow, Narrow, Hidden, Hidden, Narrow, Hidden, Hidden, NoOrganisation, NoOrganisation, NoOrganisation, "scope-not-found", "scope-not-found", Narrow, SignIn, SignIn, SignIn, SignIn]
        },
        {
            """{"orgs":["acme"],"orgs_permission":"read-only"}""",
            [Hidden, ReadOnly, ReadOnly, ReadOnly, Hidden, Hidden, ReadOnly, Hidden, Hidden, Ok, ReadOnly, Hidden, "scope-not-found", "scope-not-found", Narrow, SignIn, SignIn, ReadOnly, ReadOnly]
        },
        {
            """{"orgs":["acme"],"orgs_permission":"read-write"}""",
            [Hidden, Hidden, Narrow, Narrow, Hidden, Hidden, Narrow, Hidden, Hidden, Ok, Ok, Hidden, "scope-not-found", "scope-not-found", Narrow, SignIn, SignIn, SignIn, SignIn]
        },
        {
            """{"orgs":["other"],"orgs_permission":"read-write"}""",
            [Hidden, Hidden, Narrow, Narrow, Hidden, Hidden, Narrow, Hidden, Hidden, NoOrganisation, NoOrganisation, NoOrganisation, "scope-not-found", "scope-not-found", Narrow, SignIn, SignIn, SignIn, SignIn]
        },
        {
            """{"packages":["@acme/x"],"packages_and_scopes_permission":"read-write","orgs":["acme"],"orgs_permission":"read-write"}""",
            [Ok, Ok, Ok, Narrow, Ok, Ok, Ok, Ok, Ok, Ok, Ok, Ok, "scope-not-found", "scope-not-found", Narrow, SignIn, SignIn, SignIn, SignIn]
        },
        {
            """{"packages":["@acme/x"],"packages_and_scopes_permission":"read-write","orgs":["acme"]}""",
            [Ok, Ok, Ok, Narrow, Ok, Ok, Ok, Ok, Ok, Ok, Narrow, Ok, "scope-not-found", "scope-not-found", Narrow, SignIn, SignIn, SignIn, SignIn]
        },
    };

    [Theory]
    [MemberData(nameof(Tokens))]
    public async Task A_token_does_what_it_was_made_for_and_nothing_else(string wanted, string[] expected)
    {
        var token = await app.TokenAsync(alice, JsonNode.Parse(wanted)!.AsObject());
        List<string> told = [];

        foreach (var act in Acts)
        {
            told.Add($"{act}: {await CodeAsync(await DoAsync(act, token))}");
        }

        Assert.Equal(Acts.Zip(expected, (act, code) => $"{act}: {code}"), told);
    }

    [Fact]
    public async Task A_public_package_stays_readable_and_is_no_secret()
    {
        await app.PublishedAsync(alice, new TestPackage("open", "1.0.0") { Access = "public" });
        var token = await app.TokenAsync(alice, new JsonObject { ["packages"] = new JsonArray("@acme/y"), ["packages_and_scopes_permission"] = "read-write" });

        await (await app.GetAsync("/open", token)).ShouldBeAsync(HttpStatusCode.OK);
        await (await app.PutAsync("/-/package/open/dist-tags/next", token, "1.0.0")).ShouldBeRefusedAsync(HttpStatusCode.Forbidden, Narrow);
    }

    [Fact]
    public async Task Lists_have_only_what_the_token_reaches()
    {
        await app.GrantedAsync(alice, "acme", "core", "@acme/x", "read-write");
        await app.GrantedAsync(alice, "acme", "core", "@acme/y", "read-write");
        await app.GrantedAsync(alice, "acme", "core", "@acme", "read-only");
        await (await app.PostAsync("/-/assay/v1/policies", alice, PolicyRequest.Deny("@acme/x"))).ShouldBeAsync(HttpStatusCode.Created);
        await (await app.PostAsync("/-/assay/v1/policies", alice, PolicyRequest.Deny("@acme/y"))).ShouldBeAsync(HttpStatusCode.Created);
        await (await app.PostAsync("/-/assay/v1/freezes", alice, new JsonObject { ["package"] = "@acme/x", ["reason"] = "why" })).ShouldBeAsync(HttpStatusCode.Created);
        await (await app.PostAsync("/-/assay/v1/freezes", alice, new JsonObject { ["package"] = "@acme/y", ["reason"] = "why" })).ShouldBeAsync(HttpStatusCode.Created);
        var token = await app.TokenAsync(alice, new JsonObject { ["packages"] = new JsonArray("@acme/y"), ["orgs"] = new JsonArray("acme") });

        foreach (var list in new[] { "/-/org/acme/package", "/-/user/alice/package", "/-/team/acme/core/package", "/-/assay/v1/policies", "/-/assay/v1/freezes" })
        {
            var all = await (await app.GetAsync(list, alice)).Content.ReadAsStringAsync();
            var told = await (await app.GetAsync(list, token)).Content.ReadAsStringAsync();

            Assert.Contains("@acme/x", all);
            Assert.Contains("@acme/y", told);
            Assert.DoesNotContain("@acme/x", told);
            Assert.DoesNotContain("\"@acme\"", told);
        }
    }

    [Fact]
    public async Task A_policy_is_seen_with_a_token_for_what_it_speaks_of()
    {
        async Task<string> WrittenAsync(string target) =>
            (string)(await (await app.PostAsync("/-/assay/v1/policies", alice, PolicyRequest.Deny(target))).ShouldBeAsync(HttpStatusCode.Created))["id"]!;
        var (ofPackage, ofOther, ofScope) = (await WrittenAsync("@acme/y"), await WrittenAsync("@acme/x"), await WrittenAsync("@acme/*"));
        var token = await app.TokenAsync(alice, new JsonObject { ["packages"] = new JsonArray("@acme/y"), ["packages_and_scopes_permission"] = "read-write" });
        var elsewhere = await app.TokenAsync(alice, new JsonObject { ["scopes"] = new JsonArray("@other"), ["packages_and_scopes_permission"] = "read-write" });

        // What speaks of the scope speaks of the package.
        Assert.Equal([Ok, "policy-not-found", Ok], await SeenAsync(token, ofPackage, ofOther, ofScope));
        Assert.Equal(["policy-not-found", "policy-not-found", "policy-not-found"], await SeenAsync(elsewhere, ofPackage, ofOther, ofScope));
        Assert.Equal(Narrow, await CodeAsync(await app.DeleteAsync($"/-/assay/v1/policies/{ofScope}", token)));
    }

    private async Task<string[]> SeenAsync(string token, params string[] policies)
    {
        List<string> seen = [];
        foreach (var id in policies)
        {
            seen.Add(await CodeAsync(await app.GetAsync($"/-/assay/v1/policies/{id}", token)));
        }
        return [.. seen];
    }

    [Theory]
    [InlineData("""{"packages":["@acme/x"]}""", 0)]
    [InlineData("""{"orgs":["acme"]}""", 1)]
    [InlineData("""{"orgs":["other"]}""", 0)]
    [InlineData("""{"readonly":true}""", 1)]
    public async Task Organisations_are_listed_to_tokens_that_were_made_for_them(string wanted, int known)
    {
        var token = await app.TokenAsync(alice, JsonNode.Parse(wanted)!.AsObject());

        var list = await (await app.GetAsync("/-/assay/v1/orgs", token)).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal(known, list["organisations"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("GET", "/-/assay/v1/issuers", null, SignIn)]
    [InlineData("POST", "/-/assay/v1/issuers", """{"id":"x"}""", SignIn)]
    [InlineData("GET", "/-/assay/v1/audit", null, SignIn)]
    [InlineData("GET", "/-/assay/v1/audit/export", null, SignIn)]
    [InlineData("GET", "/-/assay/v1/attempts", null, SignIn)]
    [InlineData("PUT", "/-/assay/v1/orgs/other", """{"owner":"bob"}""", SignIn)]
    [InlineData("PUT", "/-/assay/v1/orgs/acme/scopes/@more", null, SignIn)]
    [InlineData("PUT", "/-/assay/v1/scopes/@acme", """{"ceiling":"public"}""", "scope-not-found")]
    [InlineData("POST", "/-/assay/v1/freezes", """{"scope":"@acme","reason":"why"}""", SignIn)]
    [InlineData("POST", "/-/assay/v1/incidents/preview", """{"selection":{}}""", SignIn)]
    [InlineData("POST", "/-/assay/v1/webhooks", """{"url":"https://x.example"}""", SignIn)]
    [InlineData("GET", "/-/user/bob/package", null, NoOrganisation)]
    public async Task A_token_of_an_administrator_does_not_administer_the_registry(string method, string path, string? body, string code)
    {
        var root = await app.SignedInAsync("root", isAdministrator: true);
        var token = await app.TokenAsync(root, new JsonObject { ["packages_all"] = true, ["packages_and_scopes_permission"] = "read-write", ["orgs"] = new JsonArray("acme", "other"), ["orgs_permission"] = "read-write" });

        var refused = await app.SendAsync(new HttpMethod(method), path, token, body is null ? null : RegistryApp.Json(JsonNode.Parse(body)));

        Assert.Equal(code, await CodeAsync(refused));
    }

    [Theory]
    [InlineData("GET", "/-/assay/v1/issuers", null)]
    [InlineData("POST", "/-/assay/v1/freezes", """{"scope":"@acme","reason":"why"}""")]
    public async Task To_others_it_says_who_may_whatever_their_token(string method, string path, string? body)
    {
        foreach (var token in new[] { alice, await app.TokenAsync(alice, new JsonObject { ["packages_all"] = true, ["packages_and_scopes_permission"] = "read-write" }) })
        {
            var refused = await app.SendAsync(new HttpMethod(method), path, token, body is null ? null : RegistryApp.Json(JsonNode.Parse(body)));

            Assert.Equal("administrators-only", await CodeAsync(refused));
        }
    }

    [Fact]
    public async Task The_log_is_for_tokens_that_read_every_package()
    {
        foreach (var path in new[] { "", "/checkpoint", "/tile/0/000.p/1", "/proof/0" })
        {
            Assert.Equal(Narrow, await CodeAsync(await app.GetAsync($"/-/assay/v1/log{path}", await app.TokenAsync(alice, new JsonObject { ["scopes"] = new JsonArray("@acme") }))));
        }
    }

    private async Task<HttpResponseMessage> DoAsync(string act, string token) => act switch
    {
        "read" => await app.GetAsync("/@acme%2fx", token),
        "tag" => await app.PutAsync("/-/package/@acme%2fx/dist-tags/next", token, "1.0.0"),
        "publish" => await new TestPackage("@acme/x", "1.1.0").PublishAsync(app, token),
        "new" => await new TestPackage("@acme/new", "1.0.0").PublishAsync(app, token),
        "collaborators" => await app.GetAsync("/-/package/@acme%2fx/collaborators", token),
        "audit" => await app.GetAsync("/-/assay/v1/package/@acme%2fx/audit", token),
        "policy" => await app.PostAsync("/-/assay/v1/policies", token, PolicyRequest.Deny("@acme/x")),
        "freeze" => await app.PostAsync("/-/assay/v1/freezes", token, new JsonObject { ["package"] = "@acme/x", ["reason"] = "why" }) is { IsSuccessStatusCode: true } frozen
            ? await app.DeleteAsync($"/-/assay/v1/freezes/{(await frozen.JsonAsync())["id"]}", token) : await app.PostAsync("/-/assay/v1/freezes", token, new JsonObject { ["package"] = "@acme/x", ["reason"] = "why" }),
        "owner" => await app.PutAsync("/-/package/@acme%2fx/owners", token, new JsonObject { ["user"] = "bob" }),
        "org" => await app.GetAsync("/-/org/acme/user", token),
        "member" => await app.SetMemberAsync(token, "acme", "bob"),
        "grant" => await app.GrantAsync(token, "acme", "core", "@acme/x", "read-only"),
        "scope" => await app.GetAsync("/-/assay/v1/scopes/@acme", token),
        "readers" => await app.PutAsync("/-/assay/v1/scopes/@acme", token, new JsonObject { ["readers"] = "teams" }),
        "log" => await app.GetAsync("/-/assay/v1/log", token),
        "webhooks" => await app.GetAsync("/-/assay/v1/webhooks", token),
        "incidents" => await app.GetAsync("/-/assay/v1/incidents", token),
        "token" => await app.PostAsync("/-/npm/v1/tokens", token, new JsonObject { ["name"] = "more", ["packages_all"] = true, ["password"] = RegistryApp.Password }),
        "profile" => await app.PostAsync("/-/npm/v1/user", token, new JsonObject { ["fullname"] = "Mallory" }),
        _ => throw new ArgumentOutOfRangeException(nameof(act), act, null),
    };

    private static async Task<string> CodeAsync(HttpResponseMessage answer) =>
        answer.IsSuccessStatusCode ? Ok : (string?)(await answer.JsonAsync())["code"] ?? $"{answer.StatusCode}";
}
