namespace Assay.Server.Operations;

/// <summary>A row about something kept of an upstream registry.</summary>
internal sealed record KeptOfUpstream
{
    public required string Name { get; init; }

    /// <summary>Empty for a document, which is of no one version.</summary>
    public required string Version { get; init; }
    public required string Registry { get; init; }
    public required byte[] Sha512 { get; init; }
    public long? Size { get; init; }
    public string? Shasum { get; init; }
    public string? SignedBy { get; init; }
}
