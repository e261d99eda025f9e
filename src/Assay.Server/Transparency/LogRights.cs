using Assay.Server.Answers;
using Assay.Server.Identity;

namespace Assay.Server.Transparency;

/// <summary>Who reads checkpoints, tiles, proofs, and the pages that show them.</summary>
internal static class LogRights
{
    /// <summary>Null for whoever may.</summary>
    public static JsonAnswer? Refuse(Caller caller, LogOptions options) => caller switch
    {
        _ when options.Read == LogReaders.Public => null,
        // It has the names of all packages.
        Caller.Member { Token.Reach.ReadsAllPackages: false } => Denials.TokenTooNarrow("reading the log"),
        Caller.Member or Caller.Workload => null,
        _ => Denials.SignInNeeded(caller),
    };
}
