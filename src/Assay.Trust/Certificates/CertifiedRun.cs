namespace Assay.Trust.Certificates;

/// <summary>What the certificate of a verified Sigstore bundle says of the run that signed. Null is what it does not say.</summary>
public sealed record CertifiedRun
{
    public required string? Issuer { get; init; }

    public required string? RepositoryId { get; init; }

    public required string? OwnerId { get; init; }

    public required string? Commit { get; init; }

    /// <summary>The address of the run. It names the repository as it was called then.</summary>
    public required string? Invocation { get; init; }

    public required string? RunnerEnvironment { get; init; }
}
