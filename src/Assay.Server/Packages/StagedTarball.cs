using System.Security.Cryptography;
using Assay.Npm;
using Assay.Server.Data;

namespace Assay.Server.Packages;

/// <summary>A tarball on its way in: hashed as it comes, in memory while small, in the staging directory beyond that. Gone when disposed.</summary>
internal sealed class StagedTarball(DataDirectory directory) : IAsyncDisposable
{
    private const int LargestInMemory = 1024 * 1024;

    private readonly IncrementalHash sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
    private readonly IncrementalHash sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
    private Stream bytes = new MemoryStream();

    public long Length => bytes.Length;

    public Integrity Integrity { get; private set; } = Integrity.FromSha512(new byte[SHA512.HashSizeInBytes]);

    public string Shasum { get; private set; } = "";

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        sha512.AppendData(piece.Span);
        sha1.AppendData(piece.Span);
        if (bytes is MemoryStream memory && memory.Length + piece.Length > LargestInMemory)
        {
            bytes = await MoveToDiskAsync(memory, cancellationToken);
        }
        await bytes.WriteAsync(piece, cancellationToken);
    }

    /// <summary>No more bytes come; the digests are known.</summary>
    public void Complete()
    {
        Integrity = Integrity.FromSha512(sha512.GetHashAndReset());
        Shasum = Npm.Shasum.FromSha1(sha1.GetHashAndReset());
    }

    /// <summary>The bytes from their beginning. The stream stays this object's; read it to its end before asking again.</summary>
    public Stream Rewound()
    {
        bytes.Position = 0;
        return new Borrowed(bytes);
    }

    public async ValueTask DisposeAsync()
    {
        sha512.Dispose();
        sha1.Dispose();
        await bytes.DisposeAsync();
    }

    private async Task<FileStream> MoveToDiskAsync(MemoryStream memory, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory.StagingDirectory, $"{RandomNumberGenerator.GetHexString(32, lowercase: true)}.tarball");
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose);
        try
        {
            memory.Position = 0;
            await memory.CopyToAsync(file, cancellationToken);
            return file;
        }
        catch
        {
            // On a full disk above all nothing may stay behind.
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Readers dispose what they read; the staged bytes are needed again.</summary>
    private sealed class Borrowed(Stream inner) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => inner.Length;
        public override long Position { get => inner.Position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override int Read(Span<byte> buffer) => inner.Read(buffer);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            inner.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
