using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>A person's second factors.</summary>
[For(Circle.Members)]
internal sealed class FactorsPage(ReadOwnAccount read, ChangeFactors change, ProveOwner prove, Passkeys passkeys, Confirmations confirmations)
    : FactorsPageBase(read, change, prove, passkeys, confirmations)
{
    protected override (string Address, string Text) Next => ("/-/account/factors", "Back to the second factors");

    public async Task<IActionResult> OnGetAsync(string? done)
    {
        Said = done switch
        {
            "removed" => "Removed.",
            "added" => "The passkey was added.",
            _ => null,
        };
        return await ShowAsync();
    }
}
