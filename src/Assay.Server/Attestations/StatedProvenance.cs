using Assay.Provenance.Statements;
using Assay.Trust.Runs;

namespace Assay.Server.Attestations;

/// <summary>What the registry may state of a run, and what its token was known by.</summary>
internal sealed record StatedProvenance(RunProvenance Run, string? TokenId)
{
    public StatedRun ToStatedRun() => new()
    {
        Provider = Run.ProviderId,
        Issuer = Run.Issuer,
        DefinitionRevision = Run.DefinitionRevision,
        ExternalParameters = Run.ExternalParameters,
        InternalParameters = Run.InternalParameters,
        Dependencies = [.. Run.Dependencies.Select(dependency => new StatedDependency(dependency.Name, dependency.Address, dependency.Commit))],
        InvocationId = Run.Invocation,
        TokenId = TokenId,
    };
}
