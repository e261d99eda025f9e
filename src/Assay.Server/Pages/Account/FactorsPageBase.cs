using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>Recovery codes that are shown once, and where the page leads on to.</summary>
internal sealed record ShownRecoveryCodes(IReadOnlyList<string> Codes, string Back, string BackText);

/// <summary>What is done with second factors on a page: passkeys, codes of an app, recovery codes.</summary>
internal abstract class FactorsPageBase(ReadOwnAccount read, ChangeFactors change, ProveOwner prove, Passkeys passkeys, Confirmations confirmations) : RegistryPage
{
    /// <summary>Where it goes on when something was changed, and in what words.</summary>
    protected abstract (string Address, string Text) Next { get; }

    public FactorState Factors { get; private set; } = null!;

    public IReadOnlyList<PasskeyRow> Own { get; private set; } = [];

    /// <summary>For the browser, which makes a passkey; null while the registry has lost a key.</summary>
    public Ceremony? Make { get; private set; }

    public Ceremony? Use { get; private set; }

    /// <summary>Codes of an app that are being set up.</summary>
    public TotpSetup? Setup { get; private set; }

    public async Task<IActionResult> OnPostBeginCodesAsync()
    {
        if (IsRefused(await ProveAsync()))
        {
            return await ShowAsync();
        }
        Setup = TotpSetup.Of(await change.BeginTotpAsync(OwnAccount.Of(Member), Stop));
        return IsRefused(Setup is null ? "Codes of an app are on already." : null) ? await ShowAsync() : Page();
    }

    public async Task<IActionResult> OnPostConfirmCodesAsync()
    {
        var changed = await change.ConfirmTotpAsync(OwnAccount.Of(Member), Sent("factor"), Stop);
        if (!IsRefused(changed.Problem))
        {
            return ShownOnce(changed.RecoveryCodes);
        }
        Setup = TotpSetup.Of(await change.PendingTotpAsync(OwnAccount.Of(Member), Stop));
        return Setup is null ? await ShowAsync() : Page();
    }

    public Task<IActionResult> OnPostRemoveCodesAsync() => ChangeAsync(account => change.RemoveTotpAsync(account, Stop));

    public Task<IActionResult> OnPostRemovePasskeyAsync() =>
        ChangeAsync(account => change.RemovePasskeyAsync(account, long.TryParse(Sent("id"), out var id) ? id : 0, Stop));

    public Task<IActionResult> OnPostRenewCodesAsync() => ChangeAsync(account => change.RenewRecoveryCodesAsync(account, Stop));

    public Task<IActionResult> OnPostAddPasskeyAsync() => ChangeAsync(
        async account => await passkeys.MadeAsync(HttpContext, Confirmations.PageOf(HttpContext, Member), Sent("making"), Sent("made"), Stop) is { } made
            ? await change.AddPasskeyAsync(account, Sent("name"), made, Stop)
            : FactorChange.No("bad-request", "The browser made no passkey that can be used here. Try again."),
        done: "added");

    /// <summary>A change that is proved first; shows recovery codes if there are new ones.</summary>
    private async Task<IActionResult> ChangeAsync(Func<OwnAccount, Task<FactorChange>> run, string done = "removed")
    {
        if (IsRefused(await ProveAsync()))
        {
            return await ShowAsync();
        }
        var changed = await run(OwnAccount.Of(Member));
        if (IsRefused(changed.Problem))
        {
            return await ShowAsync();
        }
        return changed.RecoveryCodes.Count > 0 ? ShownOnce(changed.RecoveryCodes) : LocalRedirect($"~{Next.Address}?done={done}");
    }

    private Task<string?> ProveAsync() => prove.RunAsync(Visitor, Sent("password"), GivenFactor, Stop);

    private IActionResult ShownOnce(IReadOnlyList<string> codes) =>
        MessagePage.Of("/Pages/Account/RecoveryCodes.cshtml", new ShownRecoveryCodes(codes, Next.Address, Next.Text), StatusCodes.Status200OK);

    protected async Task<IActionResult> ShowAsync()
    {
        var begun = await confirmations.OfAsync(HttpContext, Member);
        (Factors, Use) = (begun.Factors, begun.Use);
        Own = await read.PasskeysAsync(Member.PersonId, Stop);
        Make = await passkeys.BeginMakingAsync(HttpContext, Confirmations.PageOf(HttpContext, Member), Member.PersonId, Member.PersonName, Stop);
        return Page();
    }
}
