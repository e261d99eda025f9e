using Assay.Trust.Refusals;

namespace Assay.Trust.Tokens;

/// <summary>The outcome of verifying one token.</summary>
public abstract record Verification
{
    private Verification()
    {
    }

    public sealed record Verified(VerifiedClaims Claims) : Verification;

    /// <summary>With code <see cref="RefusalCodes.UnknownKey"/> the caller may refresh the issuer's keys and verify once more.</summary>
    public sealed record Refused(Refusal Refusal) : Verification
    {
        /// <summary>
        /// What the issuer did sign, when the token is for another audience or another time, or breaks the provider's rules: it says whose token this
        /// is, not that its bearer may use it here.
        /// </summary>
        public AssumedClaims? SignedClaims { get; init; }
    }
}
