using Assay.Server.Answers;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>Of whom a second factor is asked.</summary>
internal enum SecondFactorDemand
{
    /// <summary>Whoever has one.</summary>
    Enrolled,

    /// <summary>Everybody: whoever has none does nothing sensitive until they have.</summary>
    Required,
}

/// <summary>For what a passkey is asked, where codes do not count.</summary>
internal enum PasskeyDemand
{
    /// <summary>For what is done to a package or a scope that demands it.</summary>
    Demanded,

    /// <summary>For everything sensitive but signing in and one's own factors.</summary>
    Always,
}

/// <summary>What counts here. On a machine of one's own, under a loopback address, nobody is made to set one up.</summary>
internal sealed class SecondFactorRule(IOptions<IdentityOptions> options, IPasskeyDemands demands, PublicUrl url)
{
    public bool IsRequired => (options.Value.SecondFactor ?? (url.IsLoopback ? SecondFactorDemand.Enrolled : SecondFactorDemand.Required)) is SecondFactorDemand.Required;

    /// <summary>Why only a passkey counts for an act, in words that go on with "This takes a passkey: "; null where codes count too.</summary>
    public async Task<string?> WhyPasskeyAsync(SensitiveAct act, CancellationToken cancellationToken)
    {
        if (options.Value.PhishingResistant is PasskeyDemand.Always && !act.TakesAnyFactor)
        {
            return "this registry asks for one for everything sensitive";
        }
        return (act.Targets.Count > 0 || act.Organisation is not null) && await demands.FindAsync(act.Targets, act.Organisation, cancellationToken) is { } demanding ? $"{demanding} demands one" : null;
    }
}
