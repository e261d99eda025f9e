using Assay.Server.Answers;
using Assay.Server.Packages;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>What the pages about trust in a package or a scope have in common.</summary>
internal abstract class TrustSubjectPage(ReadPackageHead heads, TrustTab tab) : RegistryPage
{
    public TrustSubject Subject { get; private set; } = null!;

    /// <summary>False for an address that names no package and no scope.</summary>
    protected async Task<bool> FindSubjectAsync()
    {
        if (await TrustSubject.FindAsync(RouteData.Values, Visitor, heads, tab, Stop) is not { } subject)
        {
            return false;
        }
        Subject = subject;
        return true;
    }

    protected IActionResult UnknownSubject() => Unknown(RouteData.Values["package"] as string ?? RouteData.Values["scope"] as string ?? "It");

    /// <summary>In place of the page: what somebody may not know is what does not exist.</summary>
    protected IActionResult Refused(Denial denial) => Refused(denial.ToAnswer());

    protected IActionResult Refused(JsonAnswer answer) => answer.Status is StatusCodes.Status404NotFound
        ? UnknownSubject()
        : Message($"{Subject.Name}: trusted publishers", answer.Status, answer.Members?["error"]?.ToString() ?? "This was refused.");

    /// <summary>Back to the list, which says what was done.</summary>
    protected IActionResult ToList(string done) => LocalRedirect($"~/{Subject.TrustAddress}?done={done}");
}
