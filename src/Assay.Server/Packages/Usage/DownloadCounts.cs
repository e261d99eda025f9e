namespace Assay.Server.Packages;

/// <summary>A version, by the rows of it and its package.</summary>
internal readonly record struct CountedVersion(long VersionId, long PackageId);

/// <summary>How often tarballs were served and not yet stored.</summary>
internal sealed class DownloadCounts(TimeProvider time)
{
    public DayCounts<CountedVersion> Counts { get; } = new(time);

    public void Served(StoredTarball tarball) => Counts.Add(new CountedVersion(tarball.VersionId, tarball.PackageId));
}
