using Assay.Server.Answers;
using Assay.Server.Identity;

namespace Assay.Server.Pages;

/// <summary>The first page: what is new to the visitor; while there is nothing, how the first publish is done.</summary>
internal sealed class StartPage(FirstAdministrator first, PublicUrl url) : RegistryPage
{
    /// <summary>Nobody has set the registry up.</summary>
    public bool IsNew { get; private set; }

    public Uri Registry => url.Base;

    public async Task OnGetAsync() => IsNew = await first.IsWantedAsync(Stop);
}
