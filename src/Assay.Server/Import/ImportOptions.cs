using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Import;

/// <summary>Section <c>Assay:Import</c>.</summary>
internal sealed class ImportOptions
{
    public const string Section = "Assay:Import";

    /// <summary>The largest document about a package, or list of packages, that is taken from a source, in bytes. One is in memory for each package under way.</summary>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int MaximumDocumentBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long a source may take for one document or one tarball, in seconds.</summary>
    [Range(1, 24 * 3600)]
    public int FetchSeconds { get; set; } = 600;

    /// <summary>How many packages are imported at the same time; the versions of one package come one after another.</summary>
    [Range(1, 64)]
    public int Parallel { get; set; } = 4;
}
