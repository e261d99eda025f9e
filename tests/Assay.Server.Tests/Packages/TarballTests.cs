using System.Net;
using System.Net.Http.Headers;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Packages;

public sealed class TarballTests
{
    private static readonly TestPackage Scoped = new("@acme/x", "1.0.0");

    [Fact]
    public async Task The_bytes_come_back_as_they_were_published_and_for_ever()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var tarball = Scoped.Tarball();
        await (await app.PutAsync("/@acme%2fx", alice, Scoped.Document(tarball))).ShouldBeAsync(HttpStatusCode.Created);

        // The second read comes from memory, the first from the store.
        foreach (var encoding in new[] { "gzip, br", "identity" })
        {
            var response = await app.GetAsync("/@acme/x/-/x-1.0.0.tgz", alice, headers => headers.TryAddWithoutValidation("Accept-Encoding", encoding));

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(tarball, await response.Content.ReadAsByteArrayAsync());
            Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.ToString());
            Assert.Equal(tarball.Length, response.Content.Headers.ContentLength);
            Assert.Empty(response.Content.Headers.ContentEncoding);
            Assert.False(response.Headers.ETag!.IsWeak);
            Assert.Equal(CacheControlHeaderValue.Parse("private, max-age=31536000, immutable"), response.Headers.CacheControl);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        }
    }

    [Fact]
    public async Task A_large_tarball_comes_back_as_it_was_published()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var package = Scoped with { Files = [("package/data", Noise.Text(3 * 1024 * 1024))] };
        var tarball = package.Tarball();
        await (await app.PutAsync("/@acme%2fx", alice, package.Document(tarball))).ShouldBeAsync(HttpStatusCode.Created);

        var response = await app.GetAsync("/@acme/x/-/x-1.0.0.tgz", alice);

        Assert.Equal(tarball, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(tarball.Length, response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task A_client_that_has_the_bytes_gets_none()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Scoped);
        var first = await app.GetAsync("/@acme/x/-/x-1.0.0.tgz", alice);

        var second = await app.GetAsync("/@acme/x/-/x-1.0.0.tgz", alice, headers => headers.IfNoneMatch.Add(first.Headers.ETag!));

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/@acme/x/-/x-1.0.0%2Drc.1.tgz")]
    [InlineData("/@acme%2fx/-/x-1.0.0-rc.1.tgz")]
    [InlineData("/@acme%2Fx/-/x-1.0.0-rc.1.tgz")]
    [InlineData("/@acme/x/-/x-1%2E0%2E0-rc.1.tgz")]
    public async Task The_file_name_may_be_encoded(string path)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var package = Scoped with { Version = "1.0.0-rc.1" };
        await app.PublishedAsync(alice, package);

        var response = await app.GetAsync(path, alice);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Build_metadata_is_no_part_of_the_version_or_of_its_file()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Scoped with { Version = "1.0.0+build.5" });

        var document = await app.PackumentAsync(alice, "@acme/x");
        var again = await app.PutAsync("/@acme%2fx", alice, (Scoped with { Version = "1.0.0+build.6" }).Document());

        Assert.Equal(["1.0.0"], document["versions"].Keys());
        var tarball = (string)document["versions"]!["1.0.0"]!["dist"]!["tarball"]!;
        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync(new Uri(tarball).AbsolutePath, alice)).StatusCode);
        await again.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "version-exists");
    }

    [Theory]
    [InlineData("/@acme/x/-/x-1.0.1.tgz")]
    [InlineData("/@acme/x/-/x-1.0.0.tar")]
    [InlineData("/@acme/x/-/X-1.0.0.tgz")]
    [InlineData("/@acme/x/-/y-1.0.0.tgz")]
    [InlineData("/@acme/x/-/1.0.0.tgz")]
    public async Task A_file_that_was_never_published_is_not_there(string path)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Scoped);

        await (await app.GetAsync(path, alice)).ShouldBeRefusedAsync(HttpStatusCode.NotFound, "version-not-found");
    }
}
