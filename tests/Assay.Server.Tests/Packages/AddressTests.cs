using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Packages;

/// <summary>How clients spell names in request targets, and what is not an address at all.</summary>
public sealed class AddressTests
{
    private static readonly string[] Spellings = ["@acme/x", "@acme%2fx", "@acme%2Fx", "%40acme%2Fx", "%40acme/x"];

    [Fact]
    public async Task Every_reading_route_takes_every_spelling_of_a_scoped_name()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        string[] routes =
        [
            "/{0}", "/{0}?write=true", "/{0}/1.0.0", "/{0}/latest", "/{0}/-/x-1.0.0.tgz",
            "/-/package/{0}/dist-tags", "/-/package/{0}/visibility", "/-/package/{0}/trust",
        ];

        foreach (var route in routes)
        {
            var answers = new List<string>();
            foreach (var spelling in Spellings)
            {
                var response = await app.GetAsync(string.Format(route, spelling), alice);
                Assert.True(response.StatusCode == HttpStatusCode.OK, $"{route} with {spelling}: {response.StatusCode}");
                answers.Add(Convert.ToBase64String(await response.Content.ReadAsByteArrayAsync()));
            }
            Assert.Single(answers.Distinct());
        }
    }

    [Fact]
    public async Task Every_writing_route_takes_every_spelling_of_a_scoped_name()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var minor = 0;

        foreach (var spelling in Spellings)
        {
            var (kept, removed) = ($"1.{minor++}.0", $"1.{minor++}.0");
            foreach (var version in new[] { kept, removed })
            {
                await Ok(app.PutAsync($"/{spelling}", alice, new TestPackage("@acme/x", version).Document()));
            }
            await Ok(app.PutAsync($"/-/package/{spelling}/dist-tags/beta", alice, JsonValue.Create(kept)));
            await Ok(app.DeleteAsync($"/-/package/{spelling}/dist-tags/beta", alice));
            var document = await app.PackumentAsync(alice, "@acme/x");
            document["versions"]![kept]!["deprecated"] = "old";
            await Ok(app.PutAsync($"/{spelling}", alice, document));
            document = await app.PackumentAsync(alice, "@acme/x");
            Assert.Equal("old", (string?)document["versions"]![kept]!["deprecated"]);
            document["versions"]!.AsObject().Remove(removed);
            await Ok(app.PutAsync($"/{spelling}/-rev/{document["_rev"]}", alice, document));
            await Ok(app.DeleteAsync($"/{spelling}/-/x-{removed}.tgz/-rev/9-9", alice));
            Assert.DoesNotContain(removed, (await app.PackumentAsync(alice, "@acme/x"))["versions"].Keys());
        }

        var whole = await app.PackumentAsync(alice, "@acme/x");
        await Ok(app.DeleteAsync($"/%40acme%2Fx/-rev/{whole["_rev"]}", alice));
        await Ok(app.PutAsync("/@acme/x", alice, new TestPackage("@acme/x", "2.0.0").Document()));
        whole = await app.PackumentAsync(alice, "@acme/x");
        await Ok(app.DeleteAsync($"/@acme/x/-rev/{whole["_rev"]}", alice));
    }

    [Theory]
    [InlineData("/%2540acme%252fx")]
    [InlineData("/@acme%252fx")]
    [InlineData("/%2540acme/x")]
    [InlineData("/@acme%255cx")]
    [InlineData("/@acme%2f%2fx")]
    [InlineData("/@acme%2fx%2f1.0.0")]
    [InlineData("/@acme")]
    [InlineData("/@acme%2f")]
    [InlineData("/@%2fx")]
    [InlineData("/@acme%2f..")]
    [InlineData("/..%2f..%2fetc%2fpasswd")]
    [InlineData("/%ff%fe")]
    [InlineData("/%zz")]
    [InlineData("/x%")]
    [InlineData("/@acme%2fx/-/..%2f..%2fregistry.db")]
    [InlineData("/@acme%2fx/-/%2e%2e")]
    [InlineData("/@acme%2fx/-/x-1.0.0%252dtgz")]
    [InlineData("/@acme%2fx/-/x%252d1.0.0.tgz")]
    [InlineData("/@acme%2fx/l%2561test")]
    [InlineData("/@acme%2fx/-/@acme%2fx-1.0.0.tgz")]
    public async Task What_is_no_name_is_nowhere(string target)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));

        var answer = await app.RawGetAsync(target, alice);

        Assert.Equal(404, RawRequest.Status(answer));
        Assert.Contains("\"error\":", answer);
    }

    [Theory]
    [InlineData("/x")]
    [InlineData("/@acme/x")]
    [InlineData("/@acme%2fx")]
    [InlineData("/%40acme%2Fx")]
    [InlineData("/-/ping")]
    public async Task A_target_in_absolute_form_is_the_same_address(string path)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));
        await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));

        var answer = await app.RawGetAsync($"http://somewhere.example{path}", alice);

        Assert.Equal(200, RawRequest.Status(answer));
    }

    [Theory]
    [InlineData("GET", "/-/nothing")]
    [InlineData("GET", "/-/nothing/here.json")]
    [InlineData("GET", "/a/b/c/d/e.tgz")]
    [InlineData("GET", "/favicon.ico/x/y.png")]
    [InlineData("POST", "/x")]
    [InlineData("PATCH", "/x")]
    [InlineData("DELETE", "/x")]
    [InlineData("OPTIONS", "/x")]
    [InlineData("POST", "/@acme%2fx/-/x-1.0.0.tgz")]
    [InlineData("PUT", "/-/ping")]
    [InlineData("PUT", "/-/pnpm/v1/publish")]
    public async Task What_is_not_offered_is_refused_in_the_shape_that_clients_show(string method, string path)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        var response = await app.SendAsync(new HttpMethod(method), path, alice);

        Assert.InRange((int)response.StatusCode, 400, 499);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty((string?)(await response.JsonAsync())["error"] ?? "");
    }

    [Fact]
    public async Task Ping_needs_nothing()
    {
        await using var app = await RegistryApp.StartAsync();

        await (await app.GetAsync("/-/ping?write=true")).ShouldBeAsync(HttpStatusCode.OK);
    }

    private static async Task Ok(Task<HttpResponseMessage> sending)
    {
        var response = await sending;
        Assert.True(response.IsSuccessStatusCode, $"{response.RequestMessage}: {await response.Content.ReadAsStringAsync()}");
    }
}
