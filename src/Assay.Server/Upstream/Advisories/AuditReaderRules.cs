using Assay.Server.Identity;
using Assay.Server.Packages;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream.Advisories;

/// <summary>
/// Who may read may ask: the answer says which names are this registry's own where an upstream is not asked about them. In the upstream's name, with its token,
/// nobody asks who may not read through here.
/// </summary>
internal sealed class AuditReaderRules(IOptions<AccessOptions> access, IOptions<AdvisoriesOptions> advisories, IOptions<UpstreamOptions> upstream)
{
    public bool MayAsk(Caller caller) => caller is Caller.Member or Caller.Workload
        || (access.Value.Read is ReadAccess.Public && (advisories.Value.Source is AdvisoriesFrom.Imported || upstream.Value.Read is UpstreamReaders.Public));
}
