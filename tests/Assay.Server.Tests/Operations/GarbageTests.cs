using System.Net;
using System.Security.Cryptography;
using Assay.Server.Audit;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Assay.Server.Operations;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Operations;

/// <summary>Bytes that nothing names go, and never those of anybody who was told that they are stored.</summary>
public sealed class GarbageTests
{
    private static readonly string[] ByHand = ["--Assay:Blobs:CollectHours=0"];

    [Fact]
    public async Task The_bytes_of_an_unpublished_version_go_when_the_grace_is_over()
    {
        await using var app = await RegistryApp.StartAsync(ByHand);
        var alice = await BackupTests.PublishedAsync(app);
        await UnpublishAsync(app, alice, "1.0.0");

        var early = await CollectAsync(app);
        app.Clock.Advance(TimeSpan.FromHours(25));
        var late = await CollectAsync(app);

        Assert.Equal((0, 1), (early.Blobs, late.Blobs));
        Assert.False(File.Exists(await BackupTests.BlobAsync(app, "1.0.0")));
        Assert.True(File.Exists(await BackupTests.BlobAsync(app, "1.1.0")));
        var record = await app.ReadAsync(db => db.AuditEvents.SingleAsync(row => row.Action == "garbage.collected"));
        Assert.Equal(("test", "1 blobs", $"{late.Bytes} bytes"), (record.Actor, record.Subject, record.Detail));
    }

    [Fact]
    public async Task The_grace_of_a_version_that_was_published_long_ago_begins_when_it_is_unpublished()
    {
        await using var app = await RegistryApp.StartAsync(ByHand);
        var alice = await BackupTests.PublishedAsync(app);
        app.Clock.Advance(TimeSpan.FromHours(25));
        await UnpublishAsync(app, alice, "1.0.0");

        var early = await CollectAsync(app);
        app.Clock.Advance(TimeSpan.FromHours(25));
        var late = await CollectAsync(app);

        Assert.Equal((0, 1), (early.Blobs, late.Blobs));
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public async Task The_longest_interval_is_one_that_a_timer_takes(int hours, bool isTaken)
    {
        var failure = await Record.ExceptionAsync(async () =>
        {
            await using var app = await RegistryApp.StartAsync([$"--Assay:Blobs:CollectHours={hours}"]);
            app.Clock.Advance(TimeSpan.FromHours(1));
        });

        Assert.Equal(isTaken, failure is null);
    }

    [Fact]
    public async Task The_command_says_what_it_would_delete_and_then_deletes_it()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync(ByHand, folder.Path);
        await BackupTests.PublishedAsync(app);
        var orphan = await OrphanAsync(app, RandomNumberGenerator.GetBytes(1000));
        app.Clock.Advance(TimeSpan.FromHours(25));

        var dry = await ServerProgram.RunAsync(["admin", "gc", "--dry-run", "--data", folder.Path]);
        var isThere = await app.Services.GetRequiredService<IBlobStore>().ExistsAsync(orphan, CancellationToken.None);
        var wet = await ServerProgram.RunAsync(["admin", "gc", "--data", folder.Path]);

        Assert.Equal("1 blobs that nothing names and that nobody put for 24 hours would be deleted, 1,000 bytes.", dry.Output.Trim());
        Assert.True(isThere);
        Assert.Equal("1 blobs that nothing names and that nobody put for 24 hours were deleted, 1,000 bytes.", wet.Output.Trim());
        Assert.False(await app.Services.GetRequiredService<IBlobStore>().ExistsAsync(orphan, CancellationToken.None));
        Assert.Equal(3, Directory.EnumerateFiles(folder.In("blobs"), "*", SearchOption.AllDirectories).Count());
    }

    [Fact]
    public async Task It_is_done_once_a_day_by_itself()
    {
        await using var app = await RegistryApp.StartAsync();
        var orphan = await OrphanAsync(app, RandomNumberGenerator.GetBytes(1000));

        await Eventually.HoldsAsync(async () =>
        {
            app.Clock.Advance(TimeSpan.FromHours(25));
            return !await app.Services.GetRequiredService<IBlobStore>().ExistsAsync(orphan, CancellationToken.None);
        });
    }

    [Fact]
    public async Task While_a_backup_copies_blobs_none_is_deleted()
    {
        await using var app = await RegistryApp.StartAsync(ByHand);
        await OrphanAsync(app, RandomNumberGenerator.GetBytes(1000));
        app.Clock.Advance(TimeSpan.FromHours(25));

        using (app.Services.GetRequiredService<BlobHold>().Take())
        {
            Assert.Equal((0, true), (await CollectAsync(app) is var held ? held.Blobs : -1, held.IsHeldBack));
        }

        Assert.Equal((1, false), (await CollectAsync(app) is var free ? free.Blobs : -1, free.IsHeldBack));
    }

    /// <summary>
    /// Every publish finds its bytes there, left behind by an earlier one that was interrupted, and old enough to be deleted this very moment. Each is unpublished and
    /// published anew under another version while garbage is collected without a pause, and once more between its bytes and its facts.
    /// </summary>
    [Fact]
    public async Task Publishing_the_same_bytes_again_and_again_beside_the_collector_loses_nothing()
    {
        RegistryApp? started = null;
        await using var app = await RegistryApp.StartAsync(ByHand, replace: services => services.AddSingleton<IBlobStore>(provider =>
            new StoreWithCollector(provider.GetRequiredService<DataDirectory>(), provider.GetRequiredService<TimeProvider>(), () => CollectAsync(started!))));
        started = app;
        var alice = await app.SignedInAsync("alice");
        using var done = new CancellationTokenSource();
        var collecting = Task.Run(async () =>
        {
            var deleted = 0L;
            while (!done.IsCancellationRequested)
            {
                deleted += (await CollectAsync(app)).Blobs;
            }
            return deleted;
        });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => PublishManyAsync(app, alice, worker)));
        await done.CancelAsync();

        Assert.True(await collecting > 0, "The collector never had anything to do.");
        var store = app.Services.GetRequiredService<IBlobStore>();
        foreach (var row in await app.ReadAsync(db => db.Versions.Where(row => row.RemovedAt == null).Select(row => new { row.Version, row.Sha512 }).ToListAsync()))
        {
            Assert.True(await store.ExistsAsync(BlobKey.FromSha512(row.Sha512), CancellationToken.None), $"{row.Version} was acknowledged and its bytes are gone.");
        }
    }

    /// <summary>Whatever is put, garbage is collected before anybody is told.</summary>
    private sealed class StoreWithCollector(DataDirectory directory, TimeProvider time, Func<Task> collect) : IBlobStore
    {
        private readonly DirectoryBlobStore inner = new(directory.BlobsDirectory, directory.StagingDirectory, time);

        public async Task PutAsync(BlobKey key, Stream content, CancellationToken cancellationToken)
        {
            await inner.PutAsync(key, content, cancellationToken);
            await collect();
        }

        public Task<Stream?> OpenAsync(BlobKey key, CancellationToken cancellationToken) => inner.OpenAsync(key, cancellationToken);

        public Task<bool> ExistsAsync(BlobKey key, CancellationToken cancellationToken) => inner.ExistsAsync(key, cancellationToken);

        public IAsyncEnumerable<StoredBlob> ListAsync(CancellationToken cancellationToken) => inner.ListAsync(cancellationToken);

        public Task<bool> DeleteUnlessPutSinceAsync(BlobKey key, DateTimeOffset since, CancellationToken cancellationToken) =>
            inner.DeleteUnlessPutSinceAsync(key, since, cancellationToken);

        public Task DeleteAsync(BlobKey key, CancellationToken cancellationToken) => inner.DeleteAsync(key, cancellationToken);
    }

    private static async Task PublishManyAsync(RegistryApp app, string token, int worker)
    {
        for (var version = 0; version < 12; version++)
        {
            var package = new TestPackage($"w{worker}", $"1.0.{version}");
            var orphan = await OrphanAsync(app, package.Tarball());
            AgeBlob(app, orphan);
            await app.PublishedAsync(token, package);
            if (version % 3 == 1)
            {
                await UnpublishAsync(app, token, package.Version, package.Name);
                await AgeRemovalAsync(app, orphan);
                AgeBlob(app, orphan);
            }
        }
    }

    private static async Task<BlobKey> OrphanAsync(RegistryApp app, byte[] bytes)
    {
        var key = BlobKey.FromSha512(SHA512.HashData(bytes));
        await app.Services.GetRequiredService<IBlobStore>().PutAsync(key, new MemoryStream(bytes), CancellationToken.None);
        return key;
    }

    private static Task<int> AgeRemovalAsync(RegistryApp app, BlobKey key) => app.Services.GetRequiredService<CommitQueue>().RunAsync((commit, stop) =>
    {
        var digest = Convert.FromHexString(key.Hex);
        return commit.Db.Versions.Where(row => row.Sha512 == digest && row.RemovedAt != null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RemovedAt, commit.Now.AddHours(-48)), stop);
    }, CancellationToken.None);

    private static void AgeBlob(RegistryApp app, BlobKey key)
    {
        try
        {
            File.SetLastWriteTimeUtc(Path.Combine(app.DataDirectory, "blobs", key.Hex[..2], key.Hex), app.Clock.GetUtcNow().AddHours(-48).UtcDateTime);
        }
        catch (FileNotFoundException)
        {
            // The collector was faster.
        }
    }

    private static Task<Garbage> CollectAsync(RegistryApp app) =>
        app.Services.GetRequiredService<CollectGarbage>().RunAsync(isDryRun: false, new Actor("test", ""), CancellationToken.None);

    private static async Task UnpublishAsync(RegistryApp app, string token, string version, string name = "@acme/x")
    {
        var document = await app.PackumentAsync(token, name);
        document["versions"]!.AsObject().Remove(version);
        using var answer = await app.PutAsync($"/{name.Replace("/", "%2f", StringComparison.Ordinal)}/-rev/{document["_rev"]}", token, document);
        await answer.ShouldBeAsync(HttpStatusCode.OK);
    }
}
