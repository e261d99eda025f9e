using System.Text;
using Assay.Provenance.Envelopes;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Certificates;
using Assay.Trust.Certificates;

namespace Assay.Server.Attestations;

/// <summary>
/// A client's bundle about exactly the bytes it came with, verified in full. Whose run it names is proved; whether that run may publish, and is
/// the one that does, is for the publish to say.
/// </summary>
internal sealed record VerifiedProvenance
{
    private VerifiedProvenance()
    {
    }

    public required string PredicateType { get; init; }

    /// <summary>As the client sent it.</summary>
    public required ReadOnlyMemory<byte> BundleJson { get; init; }

    public required CertifiedRun Run { get; init; }

    /// <summary>The repository's address at the time of signing.</summary>
    public required string SourceRepository { get; init; }

    public required string SourceRef { get; init; }

    public required string Commit { get; init; }

    public required string RunInvocation { get; init; }

    public required string? BuildConfig { get; init; }

    /// <summary>When a log or a timestamp authority saw the signature first.</summary>
    public required DateTimeOffset SignedAt { get; init; }

    public required IReadOnlyList<VerifiedLogEntry> LogEntries { get; init; }

    /// <summary>Set where package.json names another repository and the operator wants to hear of it.</summary>
    public string? OtherRepository { get; init; }

    /// <summary>Null when the certificate lacks what provenance is shown by.</summary>
    public static VerifiedProvenance? Of(string json, BundleVerdict.Verified verdict, CertificateIdentity identity, Statement statement) =>
        identity is { Issuer: not null }
        && identity[IdentityExtension.SourceRepositoryUri] is { } repository
        && identity[IdentityExtension.SourceRepositoryRef] is { } reference
        && identity[IdentityExtension.SourceRepositoryDigest] is { } commit
        && identity[IdentityExtension.RunInvocationUri] is { } invocation
            ? new VerifiedProvenance
            {
                PredicateType = statement.PredicateType,
                BundleJson = Encoding.UTF8.GetBytes(json),
                Run = RunOf(identity),
                SourceRepository = repository,
                SourceRef = reference,
                Commit = commit,
                RunInvocation = invocation,
                BuildConfig = identity[IdentityExtension.BuildConfigUri],
                SignedAt = verdict.Times.Min(),
                LogEntries = verdict.LogEntries,
            }
            : null;

    private static CertifiedRun RunOf(CertificateIdentity identity) => new()
    {
        Issuer = identity.Issuer,
        RepositoryId = identity[IdentityExtension.SourceRepositoryId],
        OwnerId = identity[IdentityExtension.SourceRepositoryOwnerId],
        Commit = identity[IdentityExtension.SourceRepositoryDigest],
        Invocation = identity[IdentityExtension.RunInvocationUri],
        RunnerEnvironment = identity[IdentityExtension.RunnerEnvironment],
    };
}
