using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>The first administrator's second factor.</summary>
[For(Circle.Administrators)]
internal sealed class SetupFactorPage(ReadOwnAccount read, ChangeFactors change, ProveOwner prove, Passkeys passkeys, Confirmations confirmations)
    : FactorsPageBase(read, change, prove, passkeys, confirmations)
{
    protected override (string Address, string Text) Next => ("/-/setup/issuer", "Go on: your CI");

    public Task<IActionResult> OnGetAsync() => ShowAsync();
}
