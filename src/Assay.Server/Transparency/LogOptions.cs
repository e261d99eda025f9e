using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Transparency;

internal enum LogReaders
{
    Members,
    Public,
}

/// <summary>Section <c>Assay:Log</c>.</summary>
internal sealed class LogOptions
{
    public const string Section = "Assay:Log";

    /// <summary>What the log calls itself, read once, when it begins. Default: host and port of the public URL.</summary>
    public string? Origin { get; set; }

    /// <summary>Who reads checkpoints, tiles and proofs: whoever is signed in, or everybody. Neither learns from them what was published.</summary>
    public LogReaders Read { get; set; } = LogReaders.Members;

    /// <summary>Whether every start reads the whole log and compares it with the newest checkpoint. Without, only the tree's edge is compared.</summary>
    public bool CheckWholeAtStart { get; set; } = true;

    /// <summary>Who else signs checkpoints (c2sp.org/tlog-witness).</summary>
    public IList<WitnessOptions> Witnesses { get; } = [];

    /// <summary>How often witnesses are shown a log that has grown, in seconds.</summary>
    [Range(1, 86_400)]
    public int WitnessSeconds { get; set; } = 60;

    /// <summary>How long a witness may take to answer, in seconds.</summary>
    [Range(1, 60)]
    public int WitnessTimeoutSeconds { get; set; } = 10;
}

/// <summary>A witness: its submission prefix, and the key that it signs with, as a note's verifier key.</summary>
internal sealed class WitnessOptions
{
    public string Url { get; set; } = "";

    public string Key { get; set; } = "";
}
