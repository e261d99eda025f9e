using System.Security.Cryptography;
using System.Text;

namespace Assay.Server.Operations;

/// <summary>
/// The digest of every entry, a line each, as <c>sha256sum</c> writes and checks them. Kept in a file beside the work: a registry may have more blobs than memory.
/// </summary>
internal sealed class DigestList : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly FileStream file;

    private DigestList(FileStream file) => this.file = file;

    public static DigestList In(string folder) => new(new FileStream(
        Path.Combine(folder, ArchiveName.Digests), FileMode.Create, FileAccess.ReadWrite, FileShare.None, BufferBytes, FileOptions.DeleteOnClose));

    public ValueTask AddAsync(string name, byte[] sha256, CancellationToken cancellationToken) =>
        file.WriteAsync(Encoding.ASCII.GetBytes($"{Convert.ToHexStringLower(sha256)}  {name}\n"), cancellationToken);

    public async Task<Stream> RewoundAsync(CancellationToken cancellationToken)
    {
        await file.FlushAsync(cancellationToken);
        file.Position = 0;
        return file;
    }

    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        await file.FlushAsync(cancellationToken);
        file.SetLength(0);
        file.Position = 0;
    }

    /// <summary>Compares what was found with what the backup says of itself.</summary>
    /// <exception cref="ArchiveDamaged">An entry is another one than was backed up, or is missing.</exception>
    public async Task CompareAsync(Stream stated, CancellationToken cancellationToken)
    {
        using var found = new StreamReader(await RewoundAsync(cancellationToken), Encoding.Latin1, leaveOpen: true);
        using var said = new StreamReader(stated, Encoding.Latin1, leaveOpen: true);
        while (true)
        {
            var (have, should) = (await found.ReadLineAsync(cancellationToken), await said.ReadLineAsync(cancellationToken));
            if (have != should)
            {
                throw new ArchiveDamaged(Difference(have, should));
            }
            if (have is null)
            {
                return;
            }
        }
    }

    public async Task<byte[]> Sha256Async(CancellationToken cancellationToken) =>
        await SHA256.HashDataAsync(await RewoundAsync(cancellationToken), cancellationToken);

    public ValueTask DisposeAsync() => file.DisposeAsync();

    private static string Difference(string? found, string? stated) => (NameIn(found), NameIn(stated)) switch
    {
        ({ } name, { } other) when name == other => $"{name} is not what was backed up: its SHA-256 is not the one in {ArchiveName.Digests}",
        ({ } name, _) => $"{name} is not where {ArchiveName.Digests} has it",
        (null, { } missing) => $"{missing} is missing",
        _ => $"{ArchiveName.Digests} is damaged",
    };

    private static string? NameIn(string? line) => line?.Split("  ") is [_, var name] ? name : line;
}
