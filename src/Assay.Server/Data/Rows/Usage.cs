namespace Assay.Server.Data.Rows;

/// <summary>How often the tarball of a version was served on a day. No row of the version is needed: what was counted stays.</summary>
internal sealed class DownloadDayRow
{
    public long VersionId { get; set; }

    /// <summary>Days since the year 1, in UTC.</summary>
    public int Day { get; set; }
    public long PackageId { get; set; }

    /// <summary>Months since the year 0, of that day: what old days are folded into.</summary>
    public int Month { get; set; }
    public long Count { get; set; }
}

/// <summary>What is left of days that are long over.</summary>
internal sealed class DownloadMonthRow
{
    public long PackageId { get; set; }
    public int Month { get; set; }
    public long Count { get; set; }
}

/// <summary>What an upstream registry was good for on a day.</summary>
internal sealed class UpstreamDayRow
{
    /// <summary>The registry's id and URL: under one id there may be another registry tomorrow.</summary>
    public required string Registry { get; set; }
    public int Day { get; set; }

    /// <summary><c>hits</c>, <c>misses</c> or <c>bytes</c>.</summary>
    public required string Kind { get; set; }
    public long Count { get; set; }
}
