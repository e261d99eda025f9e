using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>A person's tokens, but for sign-ins.</summary>
[For(Circle.Members)]
internal sealed class TokensPage(AccessTokens tokens, SecondFactorGate gate) : RegistryPage
{
    public IReadOnlyList<AccessTokenRow> Tokens { get; private set; } = [];

    public Task<IActionResult> OnGetAsync(string? done)
    {
        Said = done == "revoked" ? "Revoked: it opens nothing any more." : null;
        return ShowAsync();
    }

    public async Task<IActionResult> OnPostRevokeAsync()
    {
        var key = Sent("key");
        if (IsRefused(await gate.RefuseAsync(HttpContext, Member, SensitiveAct.Of("revoke another access token", key), Stop)))
        {
            return await ShowAsync();
        }
        var isKnown = await tokens.RevokeAsync(Member.PersonId, key, Member.Actor, Stop);
        return IsRefused(isKnown ? null : "None of your tokens has that key.") ? await ShowAsync() : LocalRedirect("~/-/account/tokens?done=revoked");
    }

    private async Task<IActionResult> ShowAsync()
    {
        Tokens = [.. (await tokens.ListAsync(Member, Stop)).Where(row => !row.IsSignIn)];
        return Page();
    }
}
