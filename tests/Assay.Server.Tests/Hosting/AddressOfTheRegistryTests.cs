using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Hosting;

/// <summary>Which address the registry believes to have, and which its callers.</summary>
public sealed class AddressOfTheRegistryTests
{
    private static readonly string[] Loopback = ["127.0.0.1", "::1"];

    private static readonly string[] TrustLoopback = ["--Assay:TrustedProxies:0=127.0.0.1", "--Assay:TrustedProxies:1=::1"];

    [Fact]
    public async Task The_sender_of_a_request_never_decides_about_urls()
    {
        await using var app = await RegistryApp.StartAsync([.. TrustLoopback, "--Assay:PublicUrl=https://npm.acme.example/", "--Assay:Identity:SecondFactor=enrolled"]);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));

        var response = await app.GetAsync("/x", alice, headers =>
        {
            headers.Host = "evil.example";
            headers.TryAddWithoutValidation("X-Forwarded-Host", "evil.example");
            headers.TryAddWithoutValidation("X-Forwarded-Proto", "http");
            headers.TryAddWithoutValidation("X-Forwarded-Prefix", "/evil");
            headers.TryAddWithoutValidation("Forwarded", "host=evil.example;proto=http");
        });
        var login = await app.SendAsync(HttpMethod.Post, "/-/v1/login", content: RegistryApp.Json(null), headers: headers => headers.Host = "evil.example");

        Assert.Equal("https://npm.acme.example/x/-/x-1.0.0.tgz", (string?)(await response.JsonAsync())["versions"]!["1.0.0"]!["dist"]!["tarball"]);
        Assert.StartsWith("https://npm.acme.example/-/", (string?)(await login.JsonAsync())["loginUrl"]);
    }

    [Fact]
    public async Task A_public_url_with_a_path_is_where_everything_is()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:PublicUrl=https://acme.example/npm/main", "--Assay:Identity:SecondFactor=enrolled"]);
        var alice = await app.SignedInAsync("alice");
        await (await app.PutAsync("/npm/main/@acme%2fx", alice, new TestPackage("@acme/x", "1.0.0").Document())).ShouldBeAsync(HttpStatusCode.Created);

        var document = await (await app.GetAsync("/npm/main/@acme/x", alice)).ShouldBeAsync(HttpStatusCode.OK);
        var tarball = (string)document["versions"]!["1.0.0"]!["dist"]!["tarball"]!;

        Assert.Equal("https://acme.example/npm/main/@acme/x/-/x-1.0.0.tgz", tarball);
        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync(new Uri(tarball).AbsolutePath, alice)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/npm/main/%40acme%2Fx", alice)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/npm/main/", alice)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/npm/main", alice)).StatusCode);
        foreach (var outside in new[] { "/@acme%2fx", "/npm/mainly/@acme%2fx", "/npm/Main/@acme%2fx", "/-/ping", "/-/whoami", "/npm" })
        {
            var text = await (await app.GetAsync(outside, alice)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
            Assert.Contains("https://acme.example/npm/main/", text);
        }
    }

    [Fact]
    public async Task A_forwarded_address_counts_only_from_a_trusted_proxy()
    {
        await using var trusting = await RegistryApp.StartAsync(TrustLoopback);
        await using var trustingOthers = await RegistryApp.StartAsync(["--Assay:TrustedProxies:0=10.0.0.0/8"]);
        await using var trustingNobody = await RegistryApp.StartAsync();

        Assert.Equal("203.0.113.7", await AddressSeenAsync(trusting, "203.0.113.7"));
        Assert.Contains(await AddressSeenAsync(trustingOthers, "203.0.113.7"), Loopback);
        Assert.Contains(await AddressSeenAsync(trustingNobody, "203.0.113.7"), Loopback);
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("198.51.100.1, 203.0.113.7", "203.0.113.7")]
    [InlineData("198.51.100.1, 203.0.113.7, 127.0.0.1", "203.0.113.7")]
    [InlineData("<script>", null)]
    public async Task What_a_client_writes_before_the_proxies_is_not_believed(string forwarded, string? seen)
    {
        await using var app = await RegistryApp.StartAsync(TrustLoopback);

        var address = await AddressSeenAsync(app, forwarded);

        if (seen is null)
        {
            Assert.Contains(address, Loopback);
        }
        else
        {
            Assert.Equal(seen, address);
        }
    }

    private static async Task<string> AddressSeenAsync(RegistryApp app, string forwarded)
    {
        var response = await app.SendAsync(HttpMethod.Post, "/-/v1/login", content: RegistryApp.Json(new JsonObject()),
            headers: headers => headers.TryAddWithoutValidation("X-Forwarded-For", forwarded));
        await response.ShouldBeAsync(HttpStatusCode.OK);
        return await app.ReadAsync(db => db.WebLogins.Select(row => row.Address).SingleAsync());
    }
}
