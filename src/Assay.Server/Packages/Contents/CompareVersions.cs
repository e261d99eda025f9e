using Assay.Npm;
using Assay.Server.Identity;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>What one version of a package changes against another.</summary>
internal sealed record VersionDifference(BrowsedVersion Before, BrowsedVersion Now, ContentsDifference Contents);

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

/// <summary>Compares two versions of a package that the caller may read, whichever of them is older.</summary>
internal sealed class CompareVersions(BrowseVersion browse, IOptions<PackagesOptions> options)
{
    public async Task<(VersionDifference? Difference, Denial? Denial)> RunAsync(
        PackageName name, string before, string now, Caller caller, CancellationToken cancellationToken)
    {
        var (then, missingThen) = await browse.FindAsync(name, before, caller, cancellationToken);
        if (then is null)
        {
            return (null, missingThen);
        }
        var (later, missingNow) = await browse.FindAsync(name, now, caller, cancellationToken);
        return later is null ? (null, missingNow) : (new VersionDifference(then, later, ContentsDifference.Between(then.Listing, later.Listing)), null);
    }

    /// <summary>One of the files that differ. A file that only one of them has is compared with an empty one.</summary>
    public async Task<(FileDifference? File, Denial? Denial)> FileAsync(VersionDifference difference, string path, CancellationToken cancellationToken)
    {
        var name = difference.Now.Package.Facts.Name;
        if (difference.Contents.Files.FirstOrDefault(file => file.Path == path) is not { } change)
        {
            return (null, BrowseVersion.NoFile(name, difference.Now.Facts.Version, path));
        }
        var (isThenRead, then) = await ReadAsync(difference.Before, path, cancellationToken);
        var (isNowRead, now) = await ReadAsync(difference.Now, path, cancellationToken);
        return isThenRead && isNowRead
            ? (DifferenceOf(change, then, now), null)
            : (null, BrowseVersion.Unreadable(name.Value, (isThenRead ? difference.Now : difference.Before).Facts.Version));
    }

    // A missing file is read too: there is nothing in it.
    private async Task<(bool IsRead, ShownFile? File)> ReadAsync(BrowsedVersion version, string path, CancellationToken cancellationToken)
    {
        if (!version.Listing.Files.TryGetValue(path, out var file))
        {
            return (true, null);
        }
        var shown = await browse.ReadAsync(version, file, cancellationToken);
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
