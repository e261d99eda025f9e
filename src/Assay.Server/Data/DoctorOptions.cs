using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Data;

/// <summary>Section <c>Assay:Doctor</c>.</summary>
internal sealed class DoctorOptions
{
    public const string Section = "Assay:Doctor";

    /// <summary>Below so much free space on the data directory's disk the doctor warns, in bytes.</summary>
    [Range(0, long.MaxValue)]
    public long FreeSpaceBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>How long SQLite's own check of its file may take, in seconds; what it has not seen until then it does not see.</summary>
    [Range(1, 3600)]
    public int QuickCheckSeconds { get; set; } = 20;
}
