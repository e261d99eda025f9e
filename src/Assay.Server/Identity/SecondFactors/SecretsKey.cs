using System.Security.Cryptography;
using System.Text;
using Assay.Server.Blobs;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>
/// The key that seals what has to be read again. It lies in a file that nobody else may read, never in the database: whoever has a copy of that has no codes. Nodes of
/// one registry need the same file.
/// </summary>
internal sealed class SecretsKey(DataDirectory data, IOptions<IdentityOptions> options, RegistryDbSource source) : IDisposable
{
    private const int KeyBytes = 32;
    private const int IdBytes = 6;

    private readonly SemaphoreSlim opening = new(1);
    private OpenedKey? opened;

    public string Path { get; } = System.IO.Path.GetFullPath(options.Value.SecretsKeyFile, data.Path);

    /// <summary>Made at the first need.</summary>
    /// <exception cref="SecretsUnavailable">The file is missing though something was sealed, or cannot be used.</exception>
    public async ValueTask<OpenedKey> GetAsync(CancellationToken cancellationToken)
    {
        if (opened is { } ready)
        {
            return ready;
        }
        await opening.WaitAsync(cancellationToken);
        try
        {
            return opened ??= Find() ?? await MakeAsync(cancellationToken);
        }
        finally
        {
            opening.Release();
        }
    }

    /// <summary>Null when there is no file. Read anew, past what this node remembers.</summary>
    /// <exception cref="SecretsUnavailable">It is there and cannot be used.</exception>
    public OpenedKey? Find()
    {
        if (!File.Exists(Path))
        {
            return null;
        }
        if (PrivateFile.IsOpenToOthers(Path))
        {
            throw new SecretsUnavailable($"Others may read the key {Path}. Run: chmod 600 {Path}");
        }
        try
        {
            var bytes = Convert.FromBase64String(File.ReadAllText(Path).Trim());
            return bytes.Length == KeyBytes
                ? new OpenedKey(bytes, Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, IdBytes)))
                : throw new SecretsUnavailable($"{Path} does not hold a key of {KeyBytes} bytes in base64.");
        }
        catch (Exception failure) when (failure is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new SecretsUnavailable($"Cannot read the key {Path}: {failure.Message}");
        }
    }

    public SecretsUnavailable Another(string needed) => new(
        $"What was sealed needs the key {needed}, and {Path} is another one or missing. Copy the file from the node or the backup that has it, with mode 0600 (Assay:Identity:SecretsKeyFile).");

    public void Dispose() => opening.Dispose();

    private async Task<OpenedKey> MakeAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        // With another key beside what is sealed already, half of the people would be shut out.
        if (await db.Totps.Select(row => row.KeyId).FirstOrDefaultAsync(cancellationToken) is { } needed)
        {
            throw Another(needed);
        }
        try
        {
            var folder = System.IO.Path.GetDirectoryName(Path)!;
            DataDirectory.CreatePrivate(folder);
            PrivateFile.Create(Path, Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)) + "\n"));
            DurableDirectory.Flush(folder);
            return Find()!;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Two nodes with one directory may make it in the same moment; the one that came later takes what is there.
            return Find() ?? throw new SecretsUnavailable($"Cannot keep a key in {Path}: {failure.Message}");
        }
    }
}
