using Assay.Server.Answers;
using Assay.Server.Identity;

namespace Assay.Server.Pages;

/// <summary>What the forms of an account have in common: a session, its token, and, where factors change, the password and a fresh factor.</summary>
internal sealed class AccountForm(WebSessions sessions, SessionCookie cookie, PageSignIn signIn, Passkeys passkeys, AccountView view, PublicUrl url)
{
    public async Task<WebSession?> SessionAsync(HttpContext context, CancellationToken cancellationToken) =>
        cookie.Read(context) is { Length: > 0 } value ? await sessions.FindAsync(value, cancellationToken) : null;

    /// <summary>The session and the fields; no session when nobody is signed in, or when the form is not one of its own pages'.</summary>
    public async Task<(WebSession? Session, IFormCollection Fields)> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var session = IsFromElsewhere(context) ? null : await SessionAsync(context, cancellationToken);
        var fields = await FormBody.ReadAsync(context, cancellationToken);
        return session is not null && session.IsFormToken(fields.Text("form")) ? (session, fields) : (null, fields);
    }

    /// <summary>Null when password and, who has one, factor are right. A session alone changes no factors: a browser is left open sooner than a password is told.</summary>
    public async Task<string?> ProveAsync(HttpContext context, WebSession session, IFormCollection fields, CancellationToken cancellationToken)
    {
        var (factor, isBad) = await passkeys.ReadAsync(context, fields, AccountView.PageOf(session.PersonId), cancellationToken);
        if (isBad)
        {
            return SignInPages.BadPasskey;
        }
        var address = Requester.AddressOf(context);
        if (await signIn.HasPasswordAsync(session.PersonId, cancellationToken))
        {
            return await signIn.RunAsync(new SignInProof(session.PersonName, fields.Text("password"), factor), address, (_, _, takeFactor, _) => takeFactor(), cancellationToken);
        }
        // Who has no password proves themselves at the provider, a moment ago.
        return sessions.IsFresh(session)
            ? await signIn.RunAsync(new ProvenPerson(session.PersonId, session.PersonName, factor), address, (_, _, takeFactor, _) => takeFactor(), cancellationToken)
            : "You have no password here, so this counts for a few minutes after a sign-in. Sign out, sign in again, and do it then.";
    }

    /// <summary>A change that is proved first; shows recovery codes if there are new ones.</summary>
    public async Task<IResult> ChangeAsync(
        HttpContext context, Func<OwnAccount, IFormCollection, Task<FactorChange>> change, CancellationToken cancellationToken)
    {
        var (session, fields) = await ReadAsync(context, cancellationToken);
        if (session is null)
        {
            return Foreign();
        }
        if (await ProveAsync(context, session, fields, cancellationToken) is { } unproved)
        {
            return await view.ShowAsync(context, session, unproved, cancellationToken);
        }
        return await change(Of(context, session), fields) switch
        {
            { Problem: { } problem } => await view.ShowAsync(context, session, problem, cancellationToken),
            { RecoveryCodes: { Count: > 0 } codes } => view.Shown(codes),
            _ => Back(url),
        };
    }

    public static OwnAccount Of(HttpContext context, WebSession session) => new(session.PersonId, session.PersonName, Requester.AddressOf(context));

    /// <summary>Browsers say so themselves; who signs somebody in from another page may want to sign them in as somebody else.</summary>
    public static bool IsFromElsewhere(HttpContext context) =>
        context.Request.Headers["Sec-Fetch-Site"] is [{ Length: > 0 } from] && from is not ("same-origin" or "none");

    public static IResult Back(PublicUrl url) => Results.Redirect($"{url.PathBase}/-/account");

    public static IResult Foreign() => Page.Show(
        "Account", "<p>This form is not one of your account's page, or you are signed out. Open the page again.</p>", StatusCodes.Status403Forbidden);
}
