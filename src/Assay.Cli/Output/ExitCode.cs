namespace Assay.Cli.Output;

/// <summary>What the shell gets; docs/verify.md promises these.</summary>
internal enum ExitCode
{
    Good = 0,

    /// <summary>Something does not verify.</summary>
    Refuted = 1,

    /// <summary>The command was not understood, or this machine is not set up for it.</summary>
    Usage = 2,

    /// <summary>The registry could not be asked.</summary>
    NotAsked = 3,
}
