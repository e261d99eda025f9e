using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Server.Packages;

namespace Assay.Server.Pages;

/// <summary>The first page: what was published lately, as far as the visitor may read it; while there is nothing, how the first publish is done.</summary>
internal sealed class StartPage(FirstAdministrator first, RecentPublishes recent, PublicUrl url) : RegistryPage
{
    private const int ShownPublishes = 20;

    /// <summary>Nobody has set the registry up.</summary>
    public bool IsNew { get; private set; }

    public Uri Registry => url.Base;

    public IReadOnlyList<RecentPublish> Recent { get; private set; } = [];

    public async Task OnGetAsync()
    {
        IsNew = await first.IsWantedAsync(Stop);
        Recent = IsNew ? [] : await recent.RunAsync(ShownPublishes, Visitor.Caller, Stop);
    }
}
