using Assay.Npm;
using Assay.Server.Blobs;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>How the two versions of one file differ.</summary>
internal abstract record FileDifference(FileChange Change)
{
    /// <summary>Line by line; whether there is more than is shown.</summary>
    internal sealed record Lines(FileChange Change, IReadOnlyList<DifferenceHunk> Hunks, bool IsCut) : FileDifference(Change)
    {
        public int Added => Hunks.Sum(hunk => hunk.Lines.Count(line => line.Old is null));

        public int Removed => Hunks.Sum(hunk => hunk.Lines.Count(line => line.New is null));
    }

    /// <summary>One of the two is no text.</summary>
    internal sealed record Binary(FileChange Change) : FileDifference(Change);

    internal sealed record TooLarge(FileChange Change, int Largest) : FileDifference(Change);
}

/// <summary>A stored tarball that is compared with another; without a key it is the nothing before a first version.</summary>
internal sealed record ComparedTarball(BlobKey? Key, VersionListing Listing);

/// <summary>Compares a file of two tarballs line by line. A file that only one of them has is compared with an empty one.</summary>
internal sealed class CompareFile(ShowFile show, IOptions<PackagesOptions> options)
{
    /// <summary>Null when the bytes of one are missing or damaged.</summary>
    public async Task<FileDifference?> RunAsync(ComparedTarball before, ComparedTarball now, FileChange change, CancellationToken cancellationToken)
    {
        var (isThenRead, then) = await ReadAsync(before, change.Path, cancellationToken);
        var (isNowRead, today) = await ReadAsync(now, change.Path, cancellationToken);
        return isThenRead && isNowRead ? DifferenceOf(change, then, today) : null;
    }

    // A missing file is read too: there is nothing in it.
    private async Task<(bool IsRead, ShownFile? File)> ReadAsync(ComparedTarball tarball, string path, CancellationToken cancellationToken)
    {
        if (tarball.Key is not { } key || !tarball.Listing.Files.TryGetValue(path, out var file))
        {
            return (true, null);
        }
        var shown = await show.ReadAsync(key, file, cancellationToken);
        return (shown is not null, shown);
    }

    private FileDifference DifferenceOf(FileChange change, ShownFile? then, ShownFile? now) => (then, now) switch
    {
        (ShownFile.TooLarge large, _) => new FileDifference.TooLarge(change, large.Largest),
        (_, ShownFile.TooLarge large) => new FileDifference.TooLarge(change, large.Largest),
        (ShownFile.Binary, _) or (_, ShownFile.Binary) => new FileDifference.Binary(change),
        _ => LinesOf(change, then as ShownFile.Text, now as ShownFile.Text),
    };

    private FileDifference.Lines LinesOf(FileChange change, ShownFile.Text? then, ShownFile.Text? now)
    {
        var (before, after) = (LinesOf(then), LinesOf(now));
        var blocks = LineDifference.Of(before, after);
        var (hunks, isCut) = UnifiedDifference.Of(before, after, blocks, options.Value.LongestDifference, options.Value.LongestShownLine);
        return new FileDifference.Lines(change, hunks, isCut);
    }

    private static IReadOnlyList<string> LinesOf(ShownFile.Text? file) => file is null ? [] : ShownText.LinesOf(file.Content);
}
