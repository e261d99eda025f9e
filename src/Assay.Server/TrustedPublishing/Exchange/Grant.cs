using Assay.Trust.Bindings;
using Assay.Trust.Evaluation;
using Assay.Trust.Tokens;

namespace Assay.Server.TrustedPublishing;

/// <summary>A name that was asked for, and the policy that stands for it.</summary>
internal sealed record GrantedName(NamePattern Name, Decision.Granted Decision)
{
    public string PolicyId => Decision.Policy.Id;
}

/// <summary>Every name that was asked for is granted, as of one time.</summary>
internal sealed record Grant(
    ExchangeRequest Request, VerifiedClaims Claims, IReadOnlyList<GrantedName> Names, DateTimeOffset At, string Address)
{
    /// <summary>The claims as attempts keep them, written outside of the commit: the writer's time is everybody's.</summary>
    public string KeptClaims { get; } = Trust.Tokens.KeptClaims.Write(Claims).ToJsonString();
}
