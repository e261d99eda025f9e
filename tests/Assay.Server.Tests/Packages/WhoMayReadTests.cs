using System.Net;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Packages;

public sealed class WhoMayReadTests
{
    private static readonly string[] Routes =
    [
        "/{0}", "/{0}/1.0.0", "/{0}/latest", "/{0}/-/{0}-1.0.0.tgz", "/-/package/{0}/dist-tags", "/-/package/{0}/visibility",
    ];

    [Theory]
    [InlineData(null)]
    [InlineData("npm_000000000000000000000000000000000000")]
    [InlineData("something else")]
    public async Task Without_a_good_credential_nobody_learns_whether_a_package_exists(string? credential)
    {
        await using var app = await RegistryApp.StartAsync();
        await app.PublishedAsync(await app.SignedInAsync("alice"), new TestPackage("known", "1.0.0"));

        foreach (var route in Routes)
        {
            var known = await app.GetAsync(string.Format(route, "known"), credential);
            var unknown = await app.GetAsync(string.Format(route, "other"), credential);

            Assert.Equal(HttpStatusCode.Unauthorized, known.StatusCode);
            Assert.Equal(await Told(unknown), await Told(known));
            Assert.Empty(known.Headers.WwwAuthenticate);
        }
    }

    [Fact]
    public async Task A_member_is_told_why_an_unknown_name_is_not_here()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");

        var plain = await app.GetAsync("/lodash", alice);
        var scoped = await app.GetAsync("/@other%2flodash", alice);

        await plain.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        Assert.Contains("lodash is not in this registry", plain.Notice());
        await scoped.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "not-found");
        Assert.Contains("@other:registry=", scoped.Notice());
        Assert.DoesNotContain("::", scoped.Notice());
    }

    [Fact]
    public async Task Any_member_reads_what_another_published()
    {
        await using var app = await RegistryApp.StartAsync();
        await app.PublishedAsync(await app.SignedInAsync("alice"), new TestPackage("known", "1.0.0"));
        var bob = await app.SignedInAsync("bob");

        foreach (var route in Routes)
        {
            await (await app.GetAsync(string.Format(route, "known"), bob)).ShouldBeReadAsync();
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("npm_000000000000000000000000000000000000")]
    public async Task With_public_reads_everybody_reads(string? credential)
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Access:Read=Public"]);
        await app.PublishedAsync(await app.SignedInAsync("alice"), new TestPackage("known", "1.0.0"));

        foreach (var route in Routes.Where(route => !route.EndsWith("visibility", StringComparison.Ordinal)))
        {
            await (await app.GetAsync(string.Format(route, "known"), credential)).ShouldBeReadAsync();
        }
    }

    [Fact]
    public async Task With_public_reads_a_restricted_package_stays_with_the_members()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Access:Read=Public"]);
        await app.PublishedAsync(await app.SignedInAsync("alice"), new TestPackage("known", "1.0.0") { Access = "restricted" });

        var response = await app.GetAsync("/known");

        await response.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
    }

    [Fact]
    public async Task Closing_the_registry_again_does_not_close_what_was_published_openly()
    {
        var folder = Directory.CreateTempSubdirectory("assay-test-");
        string alice;
        await using (var open = await RegistryApp.StartAsync(["--Assay:Access:Read=Public"], folder.FullName))
        {
            alice = await open.SignedInAsync("alice");
            await open.PublishedAsync(alice, new TestPackage("open", "1.0.0"));
        }

        await using (var closed = await RegistryApp.StartAsync(dataDirectory: folder.FullName))
        {
            await closed.PublishedAsync(alice, new TestPackage("closed", "1.0.0"));

            Assert.Equal(HttpStatusCode.OK, (await closed.GetAsync("/open")).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await closed.GetAsync("/closed")).StatusCode);
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task No_package_is_called_public_so_that_clients_send_nothing_to_the_public_log()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Access:Read=Public"]);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("@acme/x", "1.0.0"));

        var response = await app.GetAsync("/-/package/@acme%2fx/visibility", alice);

        Assert.Equal("{\"public\":false}", await response.Content.ReadAsStringAsync());
    }

    private static async Task<string> Told(HttpResponseMessage response) =>
        $"{(int)response.StatusCode} {response.Notice()} {response.Headers.CacheControl} {response.Content.Headers.ContentType} {await response.Content.ReadAsStringAsync()}";
}
