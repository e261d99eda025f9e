namespace Assay.Provenance.Sigstore.Certificates;

/// <summary>
/// What the certificate authority copied out of the signer's identity token: the arcs below 1.3.6.1.4.1.57264.1. The first six are an older form
/// that names GitHub's claims.
/// </summary>
public enum IdentityExtension
{
    None = 0,
    OldIssuer = 1,
    OldTrigger = 2,
    OldSha = 3,
    OldWorkflowName = 4,
    OldRepository = 5,
    OldRef = 6,
    Issuer = 8,
    BuildSignerUri = 9,
    BuildSignerDigest = 10,
    RunnerEnvironment = 11,
    SourceRepositoryUri = 12,
    SourceRepositoryDigest = 13,
    SourceRepositoryRef = 14,
    SourceRepositoryId = 15,
    SourceRepositoryOwnerUri = 16,
    SourceRepositoryOwnerId = 17,
    BuildConfigUri = 18,
    BuildConfigDigest = 19,
    BuildTrigger = 20,
    RunInvocationUri = 21,
    SourceRepositoryVisibility = 22,
    DeploymentEnvironment = 23,
    TokenSubject = 24,
}
