using System.Security.Cryptography;
using System.Text;
using Assay.Server.Blobs;
using Assay.Server.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace Assay.Server.Tests.Blobs;

/// <summary>What every blob store promises. One subclass a store runs all of it.</summary>
public abstract class BlobStoreContract
{
    private protected abstract IBlobStore Store { get; }

    private protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task What_is_put_comes_back()
    {
        var (key, bytes) = Blob(100_000);

        await Store.PutAsync(key, new MemoryStream(bytes), CancellationToken.None);

        Assert.Equal(bytes, await ReadAsync(key));
        Assert.True(await Store.ExistsAsync(key, CancellationToken.None));
    }

    [Fact]
    public async Task An_empty_blob_is_one_as_well()
    {
        var (key, bytes) = Blob(0);

        await Store.PutAsync(key, new MemoryStream(bytes), CancellationToken.None);

        Assert.Equal(bytes, await ReadAsync(key));
    }

    [Fact]
    public async Task Putting_again_changes_nothing()
    {
        var (key, bytes) = Blob(1000);
        await Store.PutAsync(key, new MemoryStream(bytes), CancellationToken.None);

        await Store.PutAsync(key, new MemoryStream(bytes), CancellationToken.None);

        Assert.Equal(bytes, await ReadAsync(key));
    }

    [Fact]
    public async Task Many_may_put_the_same_at_once()
    {
        var (key, bytes) = Blob(2_000_000);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Store.PutAsync(key, new MemoryStream(bytes), CancellationToken.None))));

        Assert.Equal(bytes, await ReadAsync(key));
    }

    [Fact]
    public async Task Many_may_put_different_ones_at_once()
    {
        var blobs = Enumerable.Range(0, 20).Select(number => Blob(10_000 + number)).ToList();

        await Task.WhenAll(blobs.Select(blob => Task.Run(() => Store.PutAsync(blob.Key, new MemoryStream(blob.Bytes), CancellationToken.None))));

        foreach (var (key, bytes) in blobs)
        {
            Assert.Equal(bytes, await ReadAsync(key));
        }
    }

    [Fact]
    public async Task What_was_never_put_is_null()
    {
        var (key, _) = Blob(10);

        Assert.Null(await Store.OpenAsync(key, CancellationToken.None));
        Assert.False(await Store.ExistsAsync(key, CancellationToken.None));
    }

    [Fact]
    public async Task What_is_deleted_is_gone_and_may_be_deleted_again_and_put_again()
    {
        var (key, bytes) = Blob(1000);
        await Store.PutAsync(key, new MemoryStream(bytes), CancellationToken.None);

        await Store.DeleteAsync(key, CancellationToken.None);
        await Store.DeleteAsync(key, CancellationToken.None);

        Assert.Null(await Store.OpenAsync(key, CancellationToken.None));
        await Store.PutAsync(key, new MemoryStream(bytes), CancellationToken.None);
        Assert.Equal(bytes, await ReadAsync(key));
    }

    [Fact]
    public async Task A_reader_keeps_what_it_opened_when_the_blob_is_deleted()
    {
        var (key, bytes) = Blob(1000);
        await Store.PutAsync(key, new MemoryStream(bytes), CancellationToken.None);

        await using var open = (await Store.OpenAsync(key, CancellationToken.None))!;
        await Store.DeleteAsync(key, CancellationToken.None);

        var read = new MemoryStream();
        await open.CopyToAsync(read);
        Assert.Equal(bytes, read.ToArray());
    }

    [Fact]
    public async Task A_source_that_breaks_off_leaves_nothing_and_may_be_tried_again()
    {
        var (key, bytes) = Blob(1_000_000);

        await Assert.ThrowsAsync<IOException>(() => Store.PutAsync(key, new BreakingStream(bytes, 500_000), CancellationToken.None));

        Assert.Null(await Store.OpenAsync(key, CancellationToken.None));
        Assert.False(await Store.ExistsAsync(key, CancellationToken.None));
        await Store.PutAsync(key, new MemoryStream(bytes), CancellationToken.None);
        Assert.Equal(bytes, await ReadAsync(key));
    }

    [Fact]
    public async Task All_are_listed_with_their_size_and_the_time_they_were_put_last()
    {
        var (first, second) = (Blob(1000), Blob(2000));
        await Store.PutAsync(first.Key, new MemoryStream(first.Bytes), CancellationToken.None);
        await Store.PutAsync(second.Key, new MemoryStream(second.Bytes), CancellationToken.None);
        Time.Advance(TimeSpan.FromHours(2));

        await Store.PutAsync(second.Key, new MemoryStream(second.Bytes), CancellationToken.None);

        var now = Time.GetUtcNow();
        Assert.Equal(
            new[] { new StoredBlob(first.Key, 1000, now.AddHours(-2)), new StoredBlob(second.Key, 2000, now) }.OrderBy(blob => blob.Size),
            (await ListAsync()).OrderBy(blob => blob.Size));
    }

    [Fact]
    public async Task What_was_put_since_is_not_deleted_and_what_was_not_is()
    {
        var (key, bytes) = Blob(1000);
        await Store.PutAsync(key, new MemoryStream(bytes), CancellationToken.None);
        Time.Advance(TimeSpan.FromHours(2));
        var since = Time.GetUtcNow();

        await Store.PutAsync(key, new MemoryStream(bytes), CancellationToken.None);

        Assert.False(await Store.DeleteUnlessPutSinceAsync(key, since, CancellationToken.None));
        Assert.Equal(bytes, await ReadAsync(key));
        Assert.True(await Store.DeleteUnlessPutSinceAsync(key, since.AddSeconds(1), CancellationToken.None));
        Assert.False(await Store.DeleteUnlessPutSinceAsync(key, since.AddSeconds(1), CancellationToken.None));
        Assert.Null(await Store.OpenAsync(key, CancellationToken.None));
    }

    // Whoever has put something was told that it is there: a deletion that looked before may not take it away after.
    [Fact]
    public async Task A_put_and_a_deletion_at_once_leave_what_was_put()
    {
        var (key, bytes) = Blob(100);
        for (var round = 0; round < 300; round++)
        {
            await Store.PutAsync(key, new MemoryStream(bytes), CancellationToken.None);
            Time.Advance(TimeSpan.FromHours(2));
            var since = Time.GetUtcNow().AddHours(-1);
            using var together = new Barrier(2);

            await Task.WhenAll(
                Task.Run(() => { together.SignalAndWait(); return Store.PutAsync(key, new MemoryStream(bytes), CancellationToken.None); }),
                Task.Run(() => { together.SignalAndWait(); return Store.DeleteUnlessPutSinceAsync(key, since, CancellationToken.None); }));

            Assert.True(await Store.ExistsAsync(key, CancellationToken.None), $"round {round}");
        }
    }

    private async Task<List<StoredBlob>> ListAsync()
    {
        List<StoredBlob> all = [];
        await foreach (var blob in Store.ListAsync(CancellationToken.None))
        {
            all.Add(blob);
        }
        return all;
    }

    private protected static (BlobKey Key, byte[] Bytes) Blob(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        return (BlobKey.FromSha512(SHA512.HashData(bytes)), bytes);
    }

    private async Task<byte[]> ReadAsync(BlobKey key)
    {
        await using var stream = await Store.OpenAsync(key, CancellationToken.None);
        Assert.NotNull(stream);
        var read = new MemoryStream();
        await stream.CopyToAsync(read);
        return read.ToArray();
    }

    private protected sealed class BreakingStream(byte[] bytes, int breaksAt) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Position >= breaksAt
            ? throw new IOException("the network is gone")
            : await base.ReadAsync(buffer[..Math.Min(buffer.Length, 64 * 1024)], cancellationToken);

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => CopyAsync(destination, cancellationToken);

        private async Task CopyAsync(Stream destination, CancellationToken cancellationToken)
        {
            var piece = new byte[64 * 1024];
            while (await ReadAsync(piece, cancellationToken) is > 0 and var read)
            {
                await destination.WriteAsync(piece.AsMemory(0, read), cancellationToken);
            }
        }
    }
}

public sealed class DirectoryBlobStoreTests : BlobStoreContract, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("assay-blobs-");
    private readonly string staging;

    public DirectoryBlobStoreTests()
    {
        staging = folder.CreateSubdirectory("staging").FullName;
        Store = new DirectoryBlobStore(Path.Combine(folder.FullName, "blobs"), staging, Time);
    }

    private protected override IBlobStore Store { get; }

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Whatever_happens_the_staging_place_is_left_clean()
    {
        var (key, bytes) = Blob(1_000_000);
        await Assert.ThrowsAsync<IOException>(() => Store.PutAsync(key, new BreakingStream(bytes, 500_000), CancellationToken.None));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutAsync(key, new MemoryStream(bytes), new CancellationToken(canceled: true)));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Store.PutAsync(key, new MemoryStream(bytes), CancellationToken.None))));

        Assert.Empty(Directory.EnumerateFileSystemEntries(staging));
        Assert.Single(Files());
    }

    [Fact]
    public async Task Under_its_name_a_blob_is_whole_or_not_there()
    {
        var (key, bytes) = Blob(4_000_000);
        using var gate = new SemaphoreSlim(0);
        var putting = Store.PutAsync(key, new GatedStream(bytes, gate), CancellationToken.None);

        await Eventually.HoldsAsync(() => Directory.EnumerateFiles(staging).Any(file => new FileInfo(file).Length > 0));
        Assert.Empty(Files());
        Assert.Null(await Store.OpenAsync(key, CancellationToken.None));
        gate.Release();
        await putting;

        Assert.Equal(bytes.Length, new FileInfo(Files().Single()).Length);
    }

    [Fact]
    public async Task A_store_opened_again_has_what_was_put_before()
    {
        var (key, bytes) = Blob(1000);
        await Store.PutAsync(key, new MemoryStream(bytes), CancellationToken.None);

        var again = new DirectoryBlobStore(Path.Combine(folder.FullName, "blobs"), staging, Time);

        Assert.True(await again.ExistsAsync(key, CancellationToken.None));
    }

    [Fact]
    public void A_key_is_a_digest_and_nothing_else() =>
        Assert.Throws<ArgumentException>(() => BlobKey.FromSha512(Encoding.UTF8.GetBytes("../../etc/passwd")));

    private string[] Files() => Directory.GetFiles(Path.Combine(folder.FullName, "blobs"), "*", SearchOption.AllDirectories);

    /// <summary>Gives its first half, then waits.</summary>
    private sealed class GatedStream(byte[] bytes, SemaphoreSlim gate) : MemoryStream(bytes)
    {
        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            await destination.WriteAsync(ToArray().AsMemory(0, (int)Length / 2), cancellationToken);
            await gate.WaitAsync(cancellationToken);
            await destination.WriteAsync(ToArray().AsMemory((int)Length / 2), cancellationToken);
        }
    }
}
