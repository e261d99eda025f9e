using Assay.Trust.Refusals;
using Assay.Trust.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>What a bearer came to.</summary>
internal abstract record Identification
{
    internal sealed record Verified(VerifiedClaims Claims) : Identification;

    /// <param name="Refusal">Why nothing that it says can be believed here.</param>
    /// <param name="Issuer">The issuer that it names; empty when nobody trusts that one.</param>
    internal sealed record Refused(Refusal Refusal, string Issuer) : Identification
    {
        /// <inheritdoc cref="Verification.Refused.SignedClaims"/>
        public AssumedClaims? SignedClaims { get; init; }

        /// <summary>What differs, where the issuer did sign it.</summary>
        public IReadOnlyList<TokenCheck> Checks { get; init; } = [];
    }
}
