using Assay.Server.Answers;
using Assay.Server.Transparency;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Assay.Server.Pages;

/// <summary>The pages of the log are for those who read the log, which is a setting.</summary>
internal sealed class LogGuard(IOptions<LogOptions> options, PublicUrl url)
{
    /// <summary>Null for whoever reads it.</summary>
    public IActionResult? Refuse(RegistryPage page) => LogRights.Refuse(page.Visitor.Caller, options.Value) is null
        ? null
        : new RedirectResult($"{url.PathBase}/-/sign-in?back={Uri.EscapeDataString(page.Request.Path + page.Request.QueryString)}");
}
