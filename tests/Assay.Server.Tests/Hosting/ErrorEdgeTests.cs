using System.Net;
using Assay.Server.Blobs;
using Assay.Server.Tests.Fixtures;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Hosting;

/// <summary>What nobody expected becomes an answer, and tells strangers nothing of the inside.</summary>
public sealed class ErrorEdgeTests
{
    private static readonly TestPackage Package = new("x", "1.0.0");

    [Fact]
    public async Task A_failure_has_a_number_and_no_stack_trace()
    {
        await using var app = await StartAsync(_ => throw new InvalidOperationException("the secret inside"));
        var alice = await app.SignedInAsync("alice");

        var text = await (await Package.PublishAsync(app, alice)).ShouldBeRefusedAsync(HttpStatusCode.InternalServerError, "unexpected");

        Assert.Matches("incident [0-9a-f]{12}", text);
        Assert.DoesNotContain("secret", text);
        Assert.DoesNotContain("   at ", text);
        Assert.Equal(new StoredFacts(0, 0, 0, 0), await app.FactsAsync());
    }

    [Fact]
    public async Task Whoever_reads_pages_is_told_the_same_on_one()
    {
        await using var app = await StartAsync(_ => throw new InvalidOperationException("<script>the secret inside</script>"));
        var alice = await app.SignedInAsync("alice");

        using var response = await app.SendAsync(
            HttpMethod.Put, "/x", alice, RegistryApp.Json(Package.Document()), headers => headers.TryAddWithoutValidation("Accept", "text/html,*/*;q=0.8"));

        var page = await response.Content.ReadAsStringAsync();
        Assert.Equal((HttpStatusCode.InternalServerError, "text/html"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.Matches("incident [0-9a-f]{12}", page);
        Assert.DoesNotContain("secret", page);
        Assert.Contains("default-src 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
    }

    [Fact]
    public async Task A_full_disk_is_called_so_and_nothing_is_stored()
    {
        await using var app = await StartAsync(async key =>
        {
            // The real thing: the kernel's device that is always full.
            await using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            await full.WriteAsync(new byte[] { 1 });
        });
        var alice = await app.SignedInAsync("alice");

        var response = await Package.PublishAsync(app, alice);

        await response.ShouldBeRefusedAsync(HttpStatusCode.InsufficientStorage, "disk-full");
        Assert.Equal(new StoredFacts(0, 0, 0, 0), await app.FactsAsync());
        await (await app.GetAsync("/-/ping")).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_database_that_finds_the_disk_full_is_no_other_case()
    {
        await using var app = await StartAsync(_ => throw new SqliteException("database or disk is full", 13));
        var alice = await app.SignedInAsync("alice");

        var response = await Package.PublishAsync(app, alice);

        await response.ShouldBeRefusedAsync(HttpStatusCode.InsufficientStorage, "disk-full");
    }

    [Fact]
    public async Task A_database_out_of_reach_asks_for_patience()
    {
        await using var app = await StartAsync(_ => throw new SqliteException("unable to open database file", 14));
        var alice = await app.SignedInAsync("alice");

        var response = await Package.PublishAsync(app, alice);

        await response.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "database-unavailable");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Missing_bytes_are_called_so_and_not_kept_by_any_cache()
    {
        await using var app = await RegistryApp.StartAsync(["--Assay:Packages:TarballCacheBytes=0"]);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(app.DataDirectory, "blobs"), "*", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }

        var response = await app.GetAsync("/x/-/x-1.0.0.tgz", alice);

        await response.ShouldBeRefusedAsync(HttpStatusCode.ServiceUnavailable, "bytes-missing");
        Assert.Null(response.Headers.ETag);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        await (await app.GetAsync("/x", alice)).ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Bytes_that_are_cut_short_are_never_taken_for_the_whole()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, Package);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(app.DataDirectory, "blobs"), "*", SearchOption.AllDirectories))
        {
            await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file))[..10]);
        }

        var response = await app.GetAsync("/x/-/x-1.0.0.tgz", alice);

        Assert.InRange((int)response.StatusCode, 500, 599);
        Assert.Null(response.Headers.ETag);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task A_publish_that_failed_on_the_way_succeeds_when_it_is_sent_again()
    {
        var failures = 1;
        await using var app = await StartAsync(_ => failures-- > 0 ? throw new IOException("flaky") : Task.CompletedTask);
        var alice = await app.SignedInAsync("alice");

        var first = await Package.PublishAsync(app, alice);
        var second = await Package.PublishAsync(app, alice);

        Assert.Equal(HttpStatusCode.InternalServerError, first.StatusCode);
        await second.ShouldBeAsync(HttpStatusCode.Created);
    }

    private static Task<RegistryApp> StartAsync(Func<BlobKey, Task> onPut) =>
        RegistryApp.StartAsync(replace: services => services.AddSingleton<IBlobStore>(new FailingBlobs(onPut)));

    private sealed class FailingBlobs(Func<BlobKey, Task> onPut) : IBlobStore
    {
        public Task PutAsync(BlobKey key, Stream content, CancellationToken cancellationToken) => onPut(key);

        public Task<Stream?> OpenAsync(BlobKey key, CancellationToken cancellationToken) => Task.FromResult<Stream?>(null);

        public Task<bool> ExistsAsync(BlobKey key, CancellationToken cancellationToken) => Task.FromResult(false);

        public async IAsyncEnumerable<StoredBlob> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            yield break;
        }

        public Task<bool> DeleteUnlessPutSinceAsync(BlobKey key, DateTimeOffset since, CancellationToken cancellationToken) => Task.FromResult(false);

        public Task DeleteAsync(BlobKey key, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
