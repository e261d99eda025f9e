using System.Security.Cryptography;
using Assay.Core.Tests.Provenance;
using Assay.Npm;
using Assay.Provenance.Statements;
using Assay.Trust.Runs;
using Assay.Trust.Tokens;

namespace Assay.Core.Tests.Trust.Runs;

/// <summary>From a run's claims to the statement about it, as the registry does it.</summary>
internal static class RunStatement
{
    private const string Registry = "https://packages.example.test";

    private static readonly StatementSubject Subject = SubjectOf();

    public static byte[] Of(RunClaims claims, string? tokenId = "token-1")
    {
        var run = RunProvenance.Of(claims)!;
        return ProvenanceStatement.Write(Subject, Registry, new StatedRun
        {
            Provider = run.ProviderId,
            Issuer = run.Issuer,
            DefinitionRevision = run.DefinitionRevision,
            ExternalParameters = run.ExternalParameters,
            InternalParameters = run.InternalParameters,
            Dependencies = [.. run.Dependencies.Select(dependency => new StatedDependency(dependency.Name, dependency.Address, dependency.Commit))],
            InvocationId = run.Invocation,
            TokenId = tokenId,
        });
    }

    private static StatementSubject SubjectOf()
    {
        var package = Bundles.Package(Fixture.Package, "1.0.0", Integrity.FromSha512(SHA512.HashData("a tarball"u8)));
        return new StatementSubject(package.Name, package.Version, package.Integrity);
    }
}
