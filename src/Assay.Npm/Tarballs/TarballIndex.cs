using System.Security.Cryptography;

namespace Assay.Npm;

/// <summary>A file of an archive with what is in it: its path below the top directory, its size, the SHA-256 of its bytes, and its mode's bits.</summary>
public sealed record IndexedFile(string Path, long Size, string Sha256, int Mode);

/// <summary>What came of indexing an archive.</summary>
public abstract record IndexReading
{
    private IndexReading()
    {
    }

    /// <summary>The files by their paths, and what the archive's package.json says.</summary>
    public sealed record Accepted(IReadOnlyDictionary<string, IndexedFile> Files, TarballContents Contents) : IndexReading;

    public sealed record Refused(TarballProblem Problem) : IndexReading;
}

/// <summary>Reads an archive as <see cref="TarballReader"/> does, and digests every file on the way: for comparing two archives without keeping either.</summary>
public static class TarballIndex
{
    public static async Task<IndexReading> ReadAsync(Stream tgz, TarballLimits limits, CancellationToken cancellationToken)
    {
        try
        {
            return await WalkAsync(tgz, limits, cancellationToken);
        }
        catch (TarballRefusedException refusal)
        {
            return new IndexReading.Refused(refusal.Problem);
        }
    }

    private static async Task<IndexReading> WalkAsync(Stream tgz, TarballLimits limits, CancellationToken cancellationToken)
    {
        await using var gzip = new GzipStreamReader(tgz, limits);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var walker = new TarWalker(gzip, limits);
        var collector = new ContentsCollector(limits);
        Dictionary<string, IndexedFile> files = new(StringComparer.Ordinal);
        while (await walker.NextAsync(cancellationToken) is { } entry)
        {
            var wanted = collector.Announce(entry);
            collector.Take(entry, await walker.ReadContentAsync(entry.Size, wanted, hash, cancellationToken));
            var digest = Convert.ToHexStringLower(hash.GetHashAndReset());
            if (entry.IsFile)
            {
                files[entry.Path.Rest] = new IndexedFile(entry.Path.Rest, entry.Size, digest, entry.Mode);
            }
        }
        return new IndexReading.Accepted(files, collector.Finish());
    }
}
