using System.Security.Cryptography;
using Assay.Npm;
using Assay.Server.Blobs;

namespace Assay.Server.Operations;

/// <summary>What a row says of bytes; what it does not say is null.</summary>
internal sealed record StatedBytes(byte[] Sha512, long? Size = null, string? Shasum = null);

/// <summary>Reads a blob to its end and compares it with what a row says of it.</summary>
internal sealed class VerifyBlob(IBlobStore blobs)
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Null when all agrees.</summary>
    public async Task<string?> ProblemAsync(StatedBytes stated, CancellationToken cancellationToken)
    {
        if (!BlobKey.TryFromSha512(stated.Sha512, out var key))
        {
            return "the database says no digest of its bytes";
        }
        try
        {
            return await ProblemAsync(key, stated, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"its bytes cannot be read (blob {key}): {failure.Message}";
        }
    }

    private async Task<string?> ProblemAsync(BlobKey key, StatedBytes stated, CancellationToken cancellationToken)
    {
        await using var content = await blobs.OpenAsync(key, cancellationToken);
        if (content is null)
        {
            return $"its bytes are missing (blob {key})";
        }
        using var sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        var (buffer, length) = (new byte[BufferBytes], 0L);
        while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            sha512.AppendData(buffer, 0, read);
            sha1.AppendData(buffer, 0, read);
            length += read;
        }
        if (BlobKey.FromSha512(sha512.GetHashAndReset()) != key)
        {
            return $"its bytes are others than were published (blob {key})";
        }
        if (stated.Size is { } size && size != length)
        {
            return $"the database says {size} bytes, and there are {length}";
        }
        return stated.Shasum is { } shasum && Shasum.FromSha1(sha1.GetHashAndReset()) != shasum ? $"the database says that its shasum is {shasum}, and it is not" : null;
    }
}
