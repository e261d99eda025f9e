using Assay.Server.Identity;
using Assay.Trust.Policies;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream;

/// <summary>Who reads through this registry. What a run may read of ours says nothing against what everybody can have elsewhere; a token for a publish reads its own package alone.</summary>
internal sealed class UpstreamReaderRules(IOptions<UpstreamOptions> options)
{
    public bool MayRead(Caller caller) => options.Value.Read is UpstreamReaders.Public || caller switch
    {
        Caller.Member => true,
        Caller.Workload { Grant: { IsUsed: false, Actions: TrustActions.Read } } => true,
        _ => false,
    };
}
