using Assay.Trust.Bindings;
using Assay.Trust.Providers;

namespace Assay.Trust.Tokens;

/// <summary>What an issuer has said about a run: signature, audience, times, types and the provider's rules have been checked.</summary>
public sealed class VerifiedClaims : RunClaims
{
    internal VerifiedClaims(ProviderDefinition definition, IssuerBinding binding, ClaimTable table, TokenTimes times, string replayId)
        : base(definition, binding, table)
    {
        IssuedAt = times.IssuedAt;
        ExpiresAt = times.ExpiresAt;
        ReplayId = replayId;
    }

    public DateTimeOffset IssuedAt { get; }

    public DateTimeOffset ExpiresAt { get; }

    /// <summary>What this token is known by among its issuer's tokens.</summary>
    public string ReplayId { get; }
}
