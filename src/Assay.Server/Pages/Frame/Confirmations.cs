using Assay.Server.Data;
using Assay.Server.Identity;

namespace Assay.Server.Pages;

/// <summary>How this visitor can confirm an act on this page.</summary>
/// <param name="Factors">What they have.</param>
/// <param name="Use">For the browser's passkey functions; null when they have none.</param>
internal sealed record Confirmation(FactorState Factors, Ceremony? Use);

/// <summary>Begins one ceremony for all the forms of a page.</summary>
internal sealed class Confirmations(RegistryDbSource source, Passkeys passkeys)
{
    private Confirmation? begun;

    public async Task<Confirmation> OfAsync(HttpContext context, Caller.Member member)
    {
        if (begun is not null)
        {
            return begun;
        }
        await using var db = source.Open();
        var factors = await FactorState.OfAsync(db, member.PersonId, context.RequestAborted);
        var use = factors.Passkeys == 0 ? null : await passkeys.BeginUsingAsync(context, PageOf(context, member), member.PersonId, context.RequestAborted);
        return begun = new Confirmation(factors, use);
    }

    /// <summary>For a page on which nobody needs to be signed in: with a passkey of this person, or with nobody named of anybody.</summary>
    public Task<Ceremony?> BeginAsync(HttpContext context, Caller.Member? visitor, long? personId) =>
        passkeys.BeginUsingAsync(context, PageOf(context, visitor), personId, context.RequestAborted);

    /// <summary>What the ceremonies of a page are sealed for: its visitor, if there is one, and its address.</summary>
    public static string PageOf(HttpContext context, Caller.Member? visitor) => $"page:{visitor?.PersonId}:{context.Request.Path}";
}
