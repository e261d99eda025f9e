using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Server.Packages;

namespace Assay.Server.Pages;

/// <summary>The first page: what was published lately, as far as the visitor may read it, and what of it is new to them; while there is nothing, how the first publish is done.</summary>
internal sealed class StartPage(FirstAdministrator first, RecentPublishes recent, ReadStages stages, LastVisit lastVisit, PublicUrl url) : RegistryPage
{
    private const int ShownPublishes = 20;

    /// <summary>Nobody has set the registry up.</summary>
    public bool IsNew { get; private set; }

    public Uri Registry => url.Base;

    public IReadOnlyList<RecentPublish> Recent { get; private set; } = [];

    /// <summary>When a member's last visit ended; null for strangers, and in a browser's first visit.</summary>
    public DateTimeOffset? Since { get; private set; }

    /// <summary>Staged versions that wait, as far as the visitor may see them.</summary>
    public int Waiting { get; private set; }

    public bool IsNewToVisitor(RecentPublish publish) => publish.PublishedAt > Since;

    public async Task OnGetAsync()
    {
        IsNew = await first.IsWantedAsync(Stop);
        Recent = IsNew ? [] : await recent.RunAsync(ShownPublishes, Visitor.Caller, Stop);
        if (Visitor.Member is { } member)
        {
            Since = lastVisit.Renew(HttpContext);
            Waiting = (await stages.WaitingAsync(member, package: null, Stop)).Count;
        }
    }
}
