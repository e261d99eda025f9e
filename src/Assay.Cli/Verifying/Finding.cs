namespace Assay.Cli.Verifying;

/// <summary>How a check came out.</summary>
internal enum Outcome
{
    /// <summary>It verifies.</summary>
    Verified,

    /// <summary>There is nothing to check, and nothing requires it.</summary>
    Absent,

    /// <summary>The registry could not be asked.</summary>
    NotAsked,

    /// <summary>It does not verify.</summary>
    Refuted,
}

/// <summary>One check of one version, in words.</summary>
internal sealed record Finding(string Check, Outcome Outcome, string Text)
{
    public const string Bytes = "bytes";
    public const string Signature = "signature";
    public const string Log = "log";
    public const string Attestations = "attestations";
    public const string Required = "required";

    public static Finding Verified(string check, string text) => new(check, Outcome.Verified, text);

    public static Finding Absent(string check, string text) => new(check, Outcome.Absent, text);

    public static Finding NotAsked(string check, string text) => new(check, Outcome.NotAsked, text);

    public static Finding Refuted(string check, string text) => new(check, Outcome.Refuted, text);
}
