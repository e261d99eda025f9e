using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.People;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>The lock of a scope, and what is demanded of everything in it.</summary>
[For(Circle.Members)]
internal sealed class ScopePublishingPage(ReadPackageHead heads, ReadPublishingAccess read, ChangeLock locks, SecondFactorGate factor) : RegistryPage
{
    public ScopeHead Head { get; private set; } = null!;

    public PublishingAccess Access { get; private set; } = null!;

    public Task<IActionResult> OnGetAsync(string scope, string? done)
    {
        Said = PublishingWords.Said(done);
        return ShownAsync(scope);
    }

    public Task<IActionResult> OnPostLockAsync(string scope, string? held) => SetAsync(scope, "lock", PublishLocks.Parse(held) is { } wanted ? new WantedLock(wanted) : null);

    public Task<IActionResult> OnPostDemandAsync(string scope, string? demand, bool on) => SetAsync(scope, "demand", PublishingWords.DemandOf(demand, on));

    private async Task<IActionResult> SetAsync(string scope, string done, WantedLock? wanted)
    {
        var refusal = wanted is null ? NpmError.BadRequest("Choose what shall hold.", "invalid-lock")
            : (await locks.OfScopeAsync(scope, wanted, Member, factor.Asking(HttpContext, Member, wanted.AskedOf(scope)), Stop)).Refusal;
        return IsRefused(refusal) ? await ShownAsync(scope) : LocalRedirect($"~/-/scopes/{scope}/publishing?done={done}");
    }

    private async Task<IActionResult> ShownAsync(string scope)
    {
        var (found, _) = await read.OfScopeAsync(scope, Member, Stop);
        if (found is null)
        {
            return Unknown(scope);
        }
        (Access, Head) = (found, await heads.OfScopeAsync(scope, Visitor, PackageTab.Publishing, Stop));
        return Page();
    }
}
