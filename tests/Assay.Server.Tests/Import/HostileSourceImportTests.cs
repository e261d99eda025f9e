using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.Import;

/// <summary>Nothing that a source says is taken for true, and nothing that it does stops the rest.</summary>
public sealed class HostileSourceImportTests : IAsyncLifetime
{
    private RegistryApp app = null!;
    private SourceRegistry source = null!;
    private string token = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync(["--Assay:Import:MaximumDocumentBytes=65536", "--Assay:Packages:MaximumTarballBytes=100000"]);
        source = await SourceRegistry.StartAsync();
        token = await app.SignedInAsync("casey");
        source.Serve("good", new TestPackage("good", "1.0.0"));
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await source.DisposeAsync();
    }

    [Theory]
    [InlineData("integrity", "sha512-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("integrity", "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("shasum", "0000000000000000000000000000000000000000")]
    public async Task Bytes_that_are_not_the_promised_ones_are_refused(string member, string promise)
    {
        var document = source.Serve("x", new TestPackage("x", "1.0.0"), new TestPackage("x", "1.1.0"));
        document["versions"]!["1.0.0"]!["dist"]![member] = promise;
        source.Serve("x", document);

        var text = (await app.ImportAsync(source.Url, "x")).ShouldRefuse("integrity-mismatch");

        Assert.Contains("x@1.0.0: ", text, StringComparison.Ordinal);
        Assert.Equal(["1.1.0"], (await app.PackumentAsync(token, "x")).Versions());
    }

    [Theory]
    [InlineData("sha384")]
    [InlineData("sha256")]
    [InlineData("sha1")]
    public async Task An_older_algorithm_is_compared_too(string algorithm)
    {
        var bytes = new TestPackage("x", "1.0.0").Tarball();
        var digest = algorithm switch { "sha384" => SHA384.HashData(bytes), "sha256" => SHA256.HashData(bytes), _ => SHA1.HashData(bytes) };
        var document = source.Serve("x", new TestPackage("x", "1.0.0"));
        document["versions"]!["1.0.0"]!["dist"]!["integrity"] = $"md5-nothing {algorithm}-{Convert.ToBase64String(digest)}?option";
        source.Serve("x", document);

        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();
    }

    [Theory]
    [InlineData("integrity", "md5-AAAA")]
    [InlineData("shasum", "not a checksum")]
    public async Task A_promise_that_nobody_understands_is_not_kept_by_any_bytes(string member, string promise)
    {
        var document = source.Serve("x", new TestPackage("x", "1.0.0"));
        document["versions"]!["1.0.0"]!["dist"]![member] = promise;
        source.Serve("x", document);

        (await app.ImportAsync(source.Url, "x")).ShouldRefuse("bad-integrity");
    }

    [Theory]
    [InlineData("y", "1.0.0", "name-mismatch")]
    [InlineData("x", "2.0.0", "version-mismatch")]
    public async Task A_tarball_of_something_else_is_refused(string name, string version, string code)
    {
        source.Serve("x", new TestPackage("x", "1.0.0") { Inside = (name, version) });

        (await app.ImportAsync(source.Url, "x")).ShouldRefuse(code);

        Assert.Equal(0, (await app.FactsAsync()).Versions);
    }

    [Fact]
    public async Task A_tarball_that_npm_would_never_pack_is_refused_as_in_a_publish()
    {
        source.Serve("x", new TestPackage("x", "1.0.0") { Files = [("package/../../evil", "")] }, new TestPackage("x", "1.1.0"));

        (await app.ImportAsync(source.Url, "x")).ShouldRefuse("path-escapes");

        Assert.Equal(["1.1.0"], (await app.PackumentAsync(token, "x")).Versions());
    }

    [Fact]
    public async Task A_tarball_without_end_is_refused_at_its_limit()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"));
        source.Answer(SourceRegistry.TarballPath("x", "1.0.0"), EndlessAsync);

        (await app.ImportAsync(source.Url, "x", "good")).ShouldRefuse("tarball-too-large");

        await ShouldHaveTheGoodOneAsync();
        Assert.Empty(Directory.GetFiles(Path.Combine(app.DataDirectory, "staging")));
    }

    [Fact]
    public async Task A_document_without_end_is_refused_at_its_limit()
    {
        source.Answer("x", EndlessAsync);

        (await app.ImportAsync(source.Url, "x", "good")).ShouldRefuse("document-too-large");

        await ShouldHaveTheGoodOneAsync();
    }

    [Fact]
    public async Task A_document_that_comes_drop_by_drop_is_not_waited_for()
    {
        await using var impatient = await RegistryApp.StartAsync(["--Assay:Import:FetchSeconds=5"]);
        var casey = await impatient.SignedInAsync("casey");
        source.Answer("x", async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(" ");
                await context.Response.Body.FlushAsync();
                await Task.Delay(100);
            }
        });

        (await impatient.ImportAsync(source.Url, "x", "good")).ShouldRefuse("too-slow");

        Assert.Equal(["1.0.0"], (await impatient.PackumentAsync(casey, "good")).Versions());
    }

    [Fact]
    public async Task A_tarball_that_breaks_off_is_refused_and_the_next_version_comes()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"), new TestPackage("x", "1.1.0"));
        source.Answer(SourceRegistry.TarballPath("x", "1.0.0"), async context =>
        {
            await context.Response.Body.WriteAsync(new byte[100]);
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        (await app.ImportAsync(source.Url, "x")).ShouldRefuse("source-unreachable");

        Assert.Equal(["1.1.0"], (await app.PackumentAsync(token, "x")).Versions());
        Assert.Equal("1.1.0", (string?)(await app.PackumentAsync(token, "x"))["dist-tags"]!["latest"]);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{\"name\":\"x\",\"versions\":{},\"versions\":{\"1.0.0\":{}}}")]
    [InlineData("{\"name\":\"\\ud800\",\"versions\":{}}")]
    public async Task A_document_that_is_none_is_refused(string document)
    {
        source.Serve("x", Encoding.UTF8.GetBytes(document));

        var outcome = await app.ImportAsync(source.Url, "x", "good");

        Assert.True(outcome.Fails);
        await ShouldHaveTheGoodOneAsync();
    }

    [Fact]
    public async Task A_document_about_another_package_is_refused()
    {
        source.Serve("x", SourceRegistry.DocumentOf("y", source.Url, new TestPackage("y", "1.0.0")));

        (await app.ImportAsync(source.Url, "x")).ShouldRefuse("name-mismatch");
    }

    [Fact]
    public async Task Nobody_is_led_to_another_host_and_no_token_goes_there()
    {
        await using var other = await SourceRegistry.StartAsync();
        other.Serve("x", new TestPackage("x", "1.0.0"));
        source.Answer("x", context => RedirectAsync(context, new Uri(other.Url, "x")));
        var asked = ImportingExtensions.Asking(source.Url.AbsoluteUri, "x");
        asked["token"] = "a-secret-token";

        (await app.ImportAsync(asked)).ShouldRefuse("redirected-elsewhere");

        Assert.Empty(other.Asked);
    }

    [Fact]
    public async Task A_redirect_to_what_is_no_address_is_refused_and_the_rest_comes()
    {
        source.Answer("x", context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (302, "//[");
            return Task.CompletedTask;
        });

        (await app.ImportAsync(source.Url, "x", "good")).ShouldRefuse("redirected-elsewhere");

        await ShouldHaveTheGoodOneAsync();
    }

    [Fact]
    public async Task A_redirect_on_the_same_host_is_followed_but_not_for_ever()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"));
        source.Answer("moved", context => RedirectAsync(context, new Uri(source.Url, "new")));
        source.Serve("new", SourceRegistry.DocumentOf("moved", source.Url, new TestPackage("moved", "1.0.0")));
        source.Serve(SourceRegistry.TarballPath("moved", "1.0.0"), new TestPackage("moved", "1.0.0").Tarball());
        source.Answer("loop", context => RedirectAsync(context, new Uri(source.Url, "loop")));

        var text = (await app.ImportAsync(source.Url, "moved", "loop")).ShouldRefuse("source-unreachable");

        Assert.Contains("loop: ", text, StringComparison.Ordinal);
        Assert.Equal(["1.0.0"], (await app.PackumentAsync(token, "moved")).Versions());
    }

    [Fact]
    public async Task A_tarball_on_another_host_is_reported_and_comes_without_the_token_once_that_host_is_allowed()
    {
        await using var other = await SourceRegistry.StartAsync();
        source.Serve("x", SourceRegistry.DocumentOf("x", other.Url, new TestPackage("x", "1.0.0")));
        other.Serve(SourceRegistry.TarballPath("x", "1.0.0"), new TestPackage("x", "1.0.0").Tarball());
        var asked = ImportingExtensions.Asking(source.Url.AbsoluteUri, "x");
        asked["token"] = "a-secret-token";

        var text = (await app.ImportAsync((JsonObject)asked.DeepClone())).ShouldRefuse("other-host");
        asked["tarballHost"] = other.Url.Authority;
        (await app.ImportAsync(asked)).ShouldBeDone();

        Assert.Contains($"--tarball-host {other.Url.Authority}", text, StringComparison.Ordinal);
        Assert.Equal([(SourceRegistry.TarballPath("x", "1.0.0"), "")], other.Asked);
    }

    [Theory]
    [InlineData("file:///etc/passwd", "bad-tarball-url")]
    [InlineData("ftp://localhost/x.tgz", "bad-tarball-url")]
    [InlineData("http://169.254.169.254/latest/meta-data", "other-host")]
    public async Task An_address_that_is_no_tarball_of_the_source_is_never_asked(string address, string code)
    {
        var document = source.Serve("x", new TestPackage("x", "1.0.0"));
        document["versions"]!["1.0.0"]!["dist"]!["tarball"] = address;
        source.Serve("x", document);

        (await app.ImportAsync(source.Url, "x")).ShouldRefuse(code);
    }

    [Theory]
    [InlineData("http://user:secret@localhost:1/")]
    [InlineData("http://localhost:1/?token=secret")]
    public async Task A_credential_in_the_url_is_refused_and_not_repeated(string url)
    {
        var outcome = await app.ImportAsync(url, "x");

        Assert.Contains("--token-file", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_not_sent_in_the_clear_over_a_network()
    {
        var asked = ImportingExtensions.Asking("http://npm.acme.example/", "x");
        asked["token"] = "a-secret-token";

        Assert.Contains("is not https", (await app.ImportAsync(asked)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_stored_in_a_text_is_replaced()
    {
        var document = source.Serve("x", new TestPackage("x", "1.0.0"));
        document["versions"]!["1.0.0"]!["deprecated"] = "gone\0";
        document["versions"]!["1.0.0"]!["_npmUser"]!["name"] = "nul\0" + new string('n', 1000);
        source.Serve("x", document);

        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();

        var row = await app.ReadAsync(db => db.Versions.SingleAsync());
        Assert.Equal("gone\uFFFD", row.Deprecated);
        Assert.Equal(214, row.PublisherName.Length);
    }

    [Fact]
    public async Task Tags_that_are_versions_or_lead_nowhere_are_reported()
    {
        var document = source.Serve("x", new TestPackage("x", "1.0.0"));
        document["dist-tags"] = new JsonObject { ["latest"] = "9.0.0", ["v1"] = "1.0.0", ["good"] = "1.0.0" };
        source.Serve("x", document);

        var outcome = await app.ImportAsync(source.Url, "x");

        outcome.ShouldRefuse("bad-tag");
        outcome.ShouldRefuse("tag-without-version");
        var tags = (await app.PackumentAsync(token, "x"))["dist-tags"]!;
        Assert.Equal(["good", "latest"], tags.Keys().Order());
        Assert.Equal("1.0.0", (string?)tags["latest"]);
    }

    [Fact]
    public async Task A_version_that_is_none_is_reported()
    {
        var document = source.Serve("x", new TestPackage("x", "1.0.0"));
        document["versions"]!["one"] = new JsonObject();
        source.Serve("x", document);

        (await app.ImportAsync(source.Url, "x")).ShouldRefuse("bad-version");

        Assert.Equal(["1.0.0"], (await app.PackumentAsync(token, "x")).Versions());
    }

    [Fact]
    public async Task Twenty_refusals_are_printed_and_the_others_counted()
    {
        var outcome = await app.ImportAsync(source.Url, [.. Enumerable.Range(0, 30).Select(number => $"missing-{number:00}")]);

        outcome.ShouldRefuse("not-found");
        Assert.Equal(20, outcome.Lines.Count(line => line.Contains("    missing-", StringComparison.Ordinal)));
        Assert.Contains("and 10 more", outcome.Lines[^1], StringComparison.Ordinal);
    }

    private async Task ShouldHaveTheGoodOneAsync() => Assert.Equal(["1.0.0"], (await app.PackumentAsync(token, "good")).Versions());

    private static async Task EndlessAsync(HttpContext context)
    {
        var piece = Encoding.ASCII.GetBytes(new string(' ', 10_000));
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.Body.WriteAsync(piece);
        }
    }

    private static Task RedirectAsync(HttpContext context, Uri target)
    {
        context.Response.Redirect(target.AbsoluteUri);
        return Task.CompletedTask;
    }
}
