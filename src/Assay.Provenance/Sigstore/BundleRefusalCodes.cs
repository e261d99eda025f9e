namespace Assay.Provenance.Sigstore;

/// <summary>Every code that a refused bundle can carry.</summary>
public static class BundleRefusalCodes
{
    public const string TooLarge = "bundle-too-large";
    public const string Malformed = "bundle-malformed";
    public const string WrongSigner = "signer-of-another-kind";
    public const string KeyUnknown = "signing-key-unknown";
    public const string KeyExpired = "signing-key-expired";
    public const string CertificateMalformed = "certificate-malformed";
    public const string CertificateUntrusted = "certificate-untrusted";
    public const string CertificateNotLogged = "certificate-not-logged";
    public const string BadSignature = "bad-signature";
    public const string TimestampUntrusted = "timestamp-untrusted";
    public const string TimeMissing = "time-missing";
    public const string LogEntryMissing = "log-entry-missing";
    public const string LogUnknown = "log-unknown";
    public const string LogTimeOutside = "log-time-outside";
    public const string LogPromiseInvalid = "log-promise-invalid";
    public const string LogProofMissing = "log-proof-missing";
    public const string LogProofInvalid = "log-proof-invalid";
    public const string LogCheckpointInvalid = "log-checkpoint-invalid";
    public const string LogBodyUnknown = "log-body-unknown";
    public const string LogBodyMismatch = "log-body-mismatch";
    public const string IdentityMismatch = "identity-mismatch";
    public const string StatementMalformed = "statement-malformed";
    public const string SubjectMismatch = "subject-mismatch";
    public const string DigestMismatch = "digest-mismatch";
}
