using System.Diagnostics.CodeAnalysis;
using Assay.Trust.Evaluation;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>Who presented a token that was refused, as far as that is proved.</summary>
internal enum Presenter
{
    Stranger,

    /// <summary>
    /// Whoever holds a token that the issuer did sign for a project that the policies know, but not for this registry or this moment: it may have
    /// been taken from its job.
    /// </summary>
    TokenHolder,

    /// <summary>A project whose ids a policy knows.</summary>
    Project,
}

/// <summary>An exchange that was refused, and all that is known of it.</summary>
internal sealed record RefusedAttempt
{
    public RefusedAttempt()
    {
    }

    /// <summary>Of a run that the issuer vouches for.</summary>
    [SetsRequiredMembers]
    public RefusedAttempt(Asked asked, Refusal refusal, VerifiedClaims claims, string address)
    {
        Asked = asked;
        Refusal = refusal;
        Claims = claims;
        Issuer = claims.Issuer;
        Address = address;
    }

    public required Asked Asked { get; init; }

    public required Refusal Refusal { get; init; }

    public required string Address { get; init; }

    /// <summary>Empty when the token names none that is trusted.</summary>
    public required string Issuer { get; init; }

    public required Presenter Presenter { get; init; }

    /// <summary>What the issuer said about the run; null where nothing was signed by it.</summary>
    public RunClaims? Claims { get; init; }

    /// <summary>What differs in the token, where it is the token.</summary>
    public IReadOnlyList<TokenCheck> Checks { get; init; } = [];

    /// <summary>What differs in the policies, where it is they.</summary>
    public Decision.Refused? Decision { get; init; }
}
