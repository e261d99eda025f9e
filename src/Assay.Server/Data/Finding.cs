namespace Assay.Server.Data;

internal enum FindingLevel
{
    Ok,
    Warning,
    Failed,
}

/// <summary>What the doctor saw, and what to do about it.</summary>
internal sealed record Finding(FindingLevel Level, string What, string Remedy)
{
    public static Finding Ok(string what) => new(FindingLevel.Ok, what, "");

    public static Finding Warning(string what, string remedy) => new(FindingLevel.Warning, what, remedy);

    public static Finding Failed(string what, string remedy) => new(FindingLevel.Failed, what, remedy);

    /// <summary>A line for the operator's terminal.</summary>
    public override string ToString() => $"{Level.ToString().ToLowerInvariant(),-7}  {What}{(Remedy.Length > 0 ? $"  – {Remedy}" : "")}";
}
