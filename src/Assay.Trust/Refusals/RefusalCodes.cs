using System.Collections.Frozen;

namespace Assay.Trust.Refusals;

/// <summary>Every code a refused exchange or publish can carry. Codes are a contract: scripts and documents name them.</summary>
public static class RefusalCodes
{
    public const string MalformedToken = "malformed-token";
    public const string AlgorithmNotAllowed = "algorithm-not-allowed";
    public const string UnknownIssuer = "unknown-issuer";
    public const string IssuerUnreachable = "issuer-unreachable";
    public const string IssuerMayNotPublish = "issuer-may-not-publish";
    public const string UnknownKey = "unknown-key";
    public const string KeyNotSuitable = "key-not-suitable";
    public const string BadSignature = "bad-signature";
    public const string WrongAudience = "wrong-audience";
    public const string TokenExpired = "token-expired";
    public const string TokenNotYetValid = "token-not-yet-valid";
    public const string TokenTooOld = "token-too-old";
    public const string TokenLivesTooLong = "token-lives-too-long";
    public const string IssuedBeforeRestore = "issued-before-restore";
    public const string ClaimMissing = "claim-missing";
    public const string ClaimMalformed = "claim-malformed";
    public const string ClaimsInconsistent = "claims-inconsistent";
    public const string WorkflowUnreadable = "workflow-unreadable";
    public const string RunNotAllowed = "run-not-allowed";
    public const string EventNotAllowed = "event-not-allowed";
    public const string NoMatchingPolicy = "no-matching-policy";
    public const string PolicyInert = "policy-inert";
    public const string PolicyIdle = "policy-idle";
    public const string PolicyCoolingOff = "policy-cooling-off";
    public const string IdentityMismatch = "identity-mismatch";
    public const string OwnerNotLearnable = "owner-not-learnable";
    public const string RepositoryMismatch = "repository-mismatch";
    public const string WorkflowMismatch = "workflow-mismatch";
    public const string CalleeNotAllowed = "callee-not-allowed";
    public const string EnvironmentMismatch = "environment-mismatch";
    public const string RefMismatch = "ref-mismatch";
    public const string RunnerMismatch = "runner-mismatch";
    public const string PipelineMismatch = "pipeline-mismatch";
    public const string ContextMismatch = "context-mismatch";
    public const string ProjectMismatch = "project-mismatch";
    public const string ClaimMismatch = "claim-mismatch";
    public const string ReleaseGateNotMet = "release-gate-not-met";
    public const string ConditionNotMet = "condition-not-met";
    public const string DeniedByPolicy = "denied-by-policy";
    public const string VersionNotAllowed = "version-not-allowed";
    public const string RefNotOfVersion = "ref-not-of-version";
    public const string TagNotAllowed = "tag-not-allowed";
    public const string OwnVersionsOnly = "own-versions-only";
    public const string BudgetExceeded = "budget-exceeded";
    public const string PublishingFrozen = "publishing-frozen";
    public const string ActionNotGranted = "action-not-granted";
    public const string TokenReplayed = "token-replayed";
    public const string WrongPackage = "wrong-package";
    public const string PublishTokenUsed = "publish-token-used";
    public const string PublishTokenExpired = "publish-token-expired";
    public const string PolicyChanged = "policy-changed";
    public const string TooManyExchanges = "too-many-exchanges";
    public const string TooManyFailures = "too-many-failures";

    /// <summary>The codes that say that the token itself is not good here, whoever's it is: nothing is known of its bearer.</summary>
    public static FrozenSet<string> OfTokens { get; } = FrozenSet.ToFrozenSet(
    [
        MalformedToken, AlgorithmNotAllowed, UnknownIssuer, IssuerUnreachable, UnknownKey, KeyNotSuitable, BadSignature, WrongAudience, TokenExpired,
        TokenNotYetValid, TokenTooOld, TokenLivesTooLong, IssuedBeforeRestore, ClaimMissing, ClaimMalformed,
    ]);

    /// <summary>What each code means, in one sentence, for documents and pages.</summary>
    public static FrozenDictionary<string, string> Meanings { get; } = new Dictionary<string, string>
    {
        [MalformedToken] = "The bearer value is not a well-formed identity token.",
        [AlgorithmNotAllowed] = "The token is signed with an algorithm that this provider does not use.",
        [UnknownIssuer] = "No enabled issuer binding has this issuer, character for character.",
        [IssuerUnreachable] = "The issuer's keys could not be fetched.",
        [IssuerMayNotPublish] = "No enabled issuer binding of this provider may publish this name.",
        [UnknownKey] = "The issuer does not list the key that the token names.",
        [KeyNotSuitable] = "The named key is not a signing key that fits the algorithm, or it is too short.",
        [BadSignature] = "The signature does not verify.",
        [WrongAudience] = "The token was requested for another audience.",
        [TokenExpired] = "The identity token has expired.",
        [TokenNotYetValid] = "The identity token is not valid yet.",
        [TokenTooOld] = "The identity token was issued too long ago.",
        [TokenLivesTooLong] = "The identity token lives longer than this provider's tokens may.",
        [IssuedBeforeRestore] = "The identity token was issued before the registry was restored from a backup.",
        [ClaimMissing] = "A claim that this provider always sends is absent.",
        [ClaimMalformed] = "A claim has another type or form than this provider's.",
        [ClaimsInconsistent] = "Two claims of the token contradict each other.",
        [WorkflowUnreadable] = "The workflow file cannot be read safely from the token's reference claim.",
        [RunNotAllowed] = "Runs of this kind never publish, whatever a policy says.",
        [EventNotAllowed] = "The event that started the run may not publish.",
        [NoMatchingPolicy] = "No trust policy matches the run; owners see why.",
        [PolicyInert] = "The policy was not used in time to learn its ids, and waits to be re-armed.",
        [PolicyIdle] = "The policy was not used for a long time, and waits to be re-armed.",
        [PolicyCoolingOff] = "The policy widens trust and is not in force yet.",
        [IdentityMismatch] = "The stable ids of the project are not the pinned ones.",
        [OwnerNotLearnable] = "The issuer binding does not let this owner id be learned.",
        [RepositoryMismatch] = "The run belongs to another repository.",
        [WorkflowMismatch] = "The run was started by another workflow or configuration file.",
        [CalleeNotAllowed] = "The job is defined in a called workflow that the policy does not list.",
        [EnvironmentMismatch] = "The job does not run in the policy's environment.",
        [RefMismatch] = "The run's ref does not match the policy's pattern.",
        [RunnerMismatch] = "The job runs on a kind of runner that the policy does not accept.",
        [PipelineMismatch] = "The run belongs to another pipeline definition.",
        [ContextMismatch] = "The job does not use the contexts that the policy names.",
        [ProjectMismatch] = "The run or workload belongs to another project, workspace or account.",
        [ClaimMismatch] = "Something else that the policy asks of the run is not so; the text names it.",
        [ReleaseGateNotMet] = "Nothing proves that this run is a release.",
        [ConditionNotMet] = "The policy's conditions do not hold for the run.",
        [DeniedByPolicy] = "A policy that denies applies to the run.",
        [VersionNotAllowed] = "The policy does not allow this version.",
        [RefNotOfVersion] = "The run's ref does not name the version that is published.",
        [TagNotAllowed] = "The policy does not let the run set this dist-tag.",
        [OwnVersionsOnly] = "The policy lets a run tag only what it published itself.",
        [BudgetExceeded] = "The run has published as much as it may.",
        [PublishingFrozen] = "The package, scope, issuer, project or workflow is frozen.",
        [ActionNotGranted] = "The policy does not grant this action.",
        [TokenReplayed] = "The identity token has already been used to publish this package.",
        [WrongPackage] = "The publish token is for another package.",
        [PublishTokenUsed] = "The publish token has already published.",
        [PublishTokenExpired] = "The publish token has expired.",
        [PolicyChanged] = "The policy was changed or removed since the publish token was minted.",
        [TooManyExchanges] = "The identity token was exchanged too often.",
        [TooManyFailures] = "Too many refused exchanges from this project or address.",
    }.ToFrozenDictionary();
}
