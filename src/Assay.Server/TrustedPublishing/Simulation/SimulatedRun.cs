using Assay.Trust.Bindings;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>A run that nobody vouches for, with what an exchange would have found wrong on the way to it.</summary>
internal sealed record SimulatedRun
{
    /// <summary>What is asked of a token, one by one; empty where there is none.</summary>
    public IReadOnlyList<TokenCheck> Token { get; init; } = [];

    /// <summary>Asked of a token after everything else, and only where the registry was restored from a backup.</summary>
    public TokenCheck? Restore { get; init; }

    public IssuerBinding? Binding { get; init; }

    /// <summary>Why the claims are none of this provider's, or are of a run that never gets anything.</summary>
    public Refusal? Rules { get; init; }

    public AssumedClaims? Claims { get; init; }

    /// <summary>What an exchange would stumble over before any policy is asked.</summary>
    public Refusal? FirstRefusal => Token.FirstOrDefault(check => !check.IsMet)?.Refusal ?? Rules ?? Restore?.Refusal;
}
