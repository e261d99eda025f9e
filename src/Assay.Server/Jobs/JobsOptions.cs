using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Jobs;

/// <summary>Section <c>Assay:Jobs</c>.</summary>
internal sealed class JobsOptions
{
    public const string Section = "Assay:Jobs";

    /// <summary>How many jobs this node does at a time.</summary>
    [Range(1, 1_000)]
    public int Parallel { get; set; } = 32;

    /// <summary>How many of them may be for one receiver.</summary>
    [Range(1, 100)]
    public int ParallelPerReceiver { get; set; } = 2;

    /// <summary>How often a job is tried before it counts as dead.</summary>
    [Range(1, 100)]
    public int Attempts { get; set; } = 16;

    /// <summary>How long the first retry waits; each further one waits four times as long.</summary>
    [Range(1, 3_600)]
    public int FirstRetrySeconds { get; set; } = 10;

    /// <summary>The longest that a retry waits.</summary>
    [Range(1, 7 * 24 * 60)]
    public int LongestRetryMinutes { get; set; } = 360;

    /// <summary>How long one attempt may take; a node that stopped in the midst of one is waited for as long.</summary>
    [Range(10, 3_600)]
    public int LeaseSeconds { get; set; } = 120;

    /// <summary>How often a node looks for jobs that nobody woke it for: retries, and those of other nodes.</summary>
    [Range(1, 3_600)]
    public int PollSeconds { get; set; } = 5;

    /// <summary>How long finished jobs are kept.</summary>
    [Range(0, 365)]
    public int KeepDays { get; set; } = 3;
}
