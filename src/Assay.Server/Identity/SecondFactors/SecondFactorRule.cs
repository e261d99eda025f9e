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

/// <summary>What counts here. On a machine of one's own, under a loopback address, nobody is made to set one up.</summary>
internal sealed class SecondFactorRule(IOptions<IdentityOptions> options, PublicUrl url)
{
    public bool IsRequired => (options.Value.SecondFactor ?? (url.IsLoopback ? SecondFactorDemand.Enrolled : SecondFactorDemand.Required)) is SecondFactorDemand.Required;
}
