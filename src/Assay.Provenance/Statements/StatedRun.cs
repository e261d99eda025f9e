using System.Text.Json.Nodes;

namespace Assay.Provenance.Statements;

/// <summary>What is stated of the run that published a version; whoever maps verified claims to it answers for every word.</summary>
public sealed record StatedRun
{
    /// <summary>Names the page that says what the parameters mean.</summary>
    public required string Provider { get; init; }

    public required string Issuer { get; init; }

    public required int DefinitionRevision { get; init; }

    public required JsonObject ExternalParameters { get; init; }

    public required JsonObject InternalParameters { get; init; }

    public IReadOnlyList<StatedDependency> Dependencies { get; init; } = [];

    public string? InvocationId { get; init; }

    /// <summary>What the token was known by among its issuer's tokens; stated as a hash, because an id can be a key elsewhere.</summary>
    public string? TokenId { get; init; }
}

/// <summary>Something that went into a build, by its commit; without an address where none is known.</summary>
public sealed record StatedDependency(string Name, string? Uri, string GitCommit);
