namespace Assay.Provenance.Log;

/// <summary>Why something that a log is said to have signed is not believed.</summary>
public enum LogRefusal
{
    /// <summary>Nothing is refused.</summary>
    None,

    /// <summary>It is about another log.</summary>
    OtherOrigin,

    /// <summary>None of the log's keys has signed it.</summary>
    NotSigned,

    /// <summary>A line names a known key, and is not that key's signature.</summary>
    BadSignature,

    /// <summary>The hashes do not lead from the leaf to the log's root.</summary>
    NotIncluded,
}
