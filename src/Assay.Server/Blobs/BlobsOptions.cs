using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Blobs;

/// <summary>Section <c>Assay:Blobs</c>.</summary>
internal sealed class BlobsOptions
{
    public const string Section = "Assay:Blobs";

    /// <summary>
    /// For how many hours a blob that no row names stays after it was put last. Far longer than the time between a publish's bytes and its facts, and
    /// time enough to bring back what was unpublished by mistake.
    /// </summary>
    [Range(1, 8760)]
    public int GraceHours { get; set; } = 24;

    /// <summary>How often such blobs are looked for, in hours; 0 for never, so that <c>admin gc</c> alone does. A timer takes no more than 1,193.</summary>
    [Range(0, 1000)]
    public int CollectHours { get; set; } = 24;
}
