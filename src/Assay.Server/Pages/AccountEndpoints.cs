using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Identity;

namespace Assay.Server.Pages;

/// <summary>A person's own account in the browser: second factors, recovery codes, sessions.</summary>
internal static class AccountEndpoints
{
    public static void MapAccount(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/account", ShowAsync);
        app.MapPost("/-/account/sign-in", SignInAsync).DisableAntiforgery().WithMetadata(new CountsAsAttribute(RequestCost.SignIn));
        // The forms of the account carry a token of their session, which is checked before anything is done.
        var account = app.MapGroup("/-/account").DisableAntiforgery();
        account.MapPost("/sign-out", SignOutAsync);
        account.MapPost("/sessions/revoke", RevokeAsync);
        account.MapPost("/sessions/revoke-others", RevokeOthersAsync);
        account.MapPost("/email/verify", VerifyAsync);
        account.MapPost("/codes", BeginCodesAsync);
        account.MapPost("/codes/confirm", ConfirmCodesAsync);
        account.MapPost("/codes/remove", (HttpContext context, AccountForm form, ChangeFactors change, CancellationToken stop) =>
            form.ChangeAsync(context, (account, _) => change.RemoveTotpAsync(account, stop), stop));
        account.MapPost("/passkeys", AddPasskeyAsync);
        account.MapPost("/passkeys/remove", (HttpContext context, AccountForm form, ChangeFactors change, CancellationToken stop) =>
            form.ChangeAsync(context, (account, fields) => change.RemovePasskeyAsync(account, long.TryParse(fields.Text("id"), out var id) ? id : 0, stop), stop));
        account.MapPost("/recovery-codes", (HttpContext context, AccountForm form, ChangeFactors change, CancellationToken stop) =>
            form.ChangeAsync(context, (account, _) => change.RenewRecoveryCodesAsync(account, stop), stop));
    }

    private static async Task<IResult> ShowAsync(HttpContext context, AccountForm form, AccountView view, CancellationToken cancellationToken) =>
        await form.SessionAsync(context, cancellationToken) is { } session
            ? await view.ShowAsync(context, session, null, cancellationToken)
            : await view.SignInAsync(context, null, cancellationToken);

    private static async Task<IResult> SignInAsync(
        HttpContext context, PageSignIn signIn, WebSessions sessions, SessionCookie cookie, Passkeys passkeys, AccountView view, PublicUrl url, CancellationToken cancellationToken)
    {
        if (AccountForm.IsFromElsewhere(context))
        {
            return AccountForm.Foreign();
        }
        var form = await FormBody.ReadAsync(context, cancellationToken);
        var (factor, isBad) = await passkeys.ReadAsync(context, form, AccountView.SignInPage, cancellationToken);
        var (address, requester, value) = (Requester.AddressOf(context), Requester.NameOf(context), "");
        var problem = isBad ? SignInPages.BadPasskey : await signIn.RunAsync(
            new SignInProof(form.Text("name"), form.Text("password"), factor), address, async (commit, person, takeFactor, stop) =>
            {
                var verdict = await takeFactor();
                if (verdict is FactorVerdict.Accepted accepted)
                {
                    value = await sessions.BeginAsync(commit, person.Id, new Audit.Actor(person.Name, address), requester, accepted.With, stop);
                }
                return verdict;
            }, cancellationToken);
        if (problem is not null)
        {
            return await view.SignInAsync(context, problem, cancellationToken);
        }
        cookie.Write(context, value);
        return AccountForm.Back(url);
    }

    private static async Task<IResult> SignOutAsync(
        HttpContext context, AccountForm form, WebSessions sessions, SessionCookie cookie, PublicUrl url, CancellationToken cancellationToken)
    {
        var (session, _) = await form.ReadAsync(context, cancellationToken);
        if (session is null)
        {
            return AccountForm.Foreign();
        }
        await sessions.RevokeAsync(session.PersonId, session.PersonName, session.Key, AccountForm.Of(context, session).Actor, cancellationToken);
        cookie.Forget(context);
        return AccountForm.Back(url);
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, AccountForm form, SignedInPlaces places, PublicUrl url, CancellationToken cancellationToken)
    {
        var (session, fields) = await form.ReadAsync(context, cancellationToken);
        if (session is null)
        {
            return AccountForm.Foreign();
        }
        await places.EndAsync(session.PersonId, session.PersonName, fields.Text("key"), AccountForm.Of(context, session).Actor, cancellationToken);
        return AccountForm.Back(url);
    }

    private static async Task<IResult> RevokeOthersAsync(HttpContext context, AccountForm form, SignedInPlaces places, PublicUrl url, CancellationToken cancellationToken)
    {
        var (session, _) = await form.ReadAsync(context, cancellationToken);
        if (session is null)
        {
            return AccountForm.Foreign();
        }
        await places.EndOthersAsync(session.PersonId, session.PersonName, butToken: null, session.Key, AccountForm.Of(context, session).Actor, cancellationToken);
        return AccountForm.Back(url);
    }

    private static async Task<IResult> VerifyAsync(HttpContext context, AccountForm form, ChangeProfile profile, AccountView view, CancellationToken cancellationToken)
    {
        var (session, _) = await form.ReadAsync(context, cancellationToken);
        if (session is null)
        {
            return AccountForm.Foreign();
        }
        return await profile.VerifyAsync(AccountForm.Of(context, session), cancellationToken)
            ? Page.Show("Account", "<p>A link was mailed to your address. Open it to confirm that you read mail there.</p>")
            : await view.ShowAsync(context, session, "There is nothing to confirm, or no mail is sent here.", cancellationToken);
    }

    private static async Task<IResult> BeginCodesAsync(
        HttpContext context, AccountForm form, ChangeFactors change, AccountView view, CancellationToken cancellationToken)
    {
        var (session, fields) = await form.ReadAsync(context, cancellationToken);
        if (session is null)
        {
            return AccountForm.Foreign();
        }
        var problem = await form.ProveAsync(context, session, fields, cancellationToken);
        if (problem is null && await change.BeginTotpAsync(AccountForm.Of(context, session), cancellationToken) is { } address)
        {
            return view.Codes(session, address, null);
        }
        return await view.ShowAsync(context, session, problem ?? "Codes of an app are on already.", cancellationToken);
    }

    private static async Task<IResult> ConfirmCodesAsync(
        HttpContext context, AccountForm form, ChangeFactors change, AccountView view, RegistryDbSource source, CancellationToken cancellationToken)
    {
        var (session, fields) = await form.ReadAsync(context, cancellationToken);
        if (session is null)
        {
            return AccountForm.Foreign();
        }
        var account = AccountForm.Of(context, session);
        var changed = await change.ConfirmTotpAsync(account, fields.Text("factor"), cancellationToken);
        if (changed.Problem is null)
        {
            return view.Shown(changed.RecoveryCodes);
        }
        await using var db = source.Open();
        return await change.PendingTotpAsync(db, account, cancellationToken) is { } address
            ? view.Codes(session, address, changed.Problem)
            : await view.ShowAsync(context, session, changed.Problem, cancellationToken);
    }

    private static Task<IResult> AddPasskeyAsync(
        HttpContext context, AccountForm form, Passkeys passkeys, ChangeFactors change, CancellationToken cancellationToken) =>
        form.ChangeAsync(context, async (account, fields) =>
            await passkeys.MadeAsync(context, AccountView.PageOf(account.PersonId), fields.Text("making"), fields.Text("made"), cancellationToken) is { } made
                ? await change.AddPasskeyAsync(account, fields.Text("name"), made, cancellationToken)
                : FactorChange.No("bad-request", "The browser made no passkey that can be used here. Try again."), cancellationToken);
}
