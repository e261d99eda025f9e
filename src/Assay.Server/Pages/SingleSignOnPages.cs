using Assay.Server.Answers;
using Assay.Server.Identity;
using Microsoft.Extensions.Options;

namespace Assay.Server.Pages;

/// <summary>To the OpenID provider and back. Links lead there: a form's answer may not send a browser to another host under this registry's content policy.</summary>
internal static class SingleSignOnPages
{
    public static void MapSingleSignOn(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/sso/account", (HttpContext context, SingleSignOnDeparture departure, CancellationToken stop) => departure.LeaveAsync(context, Continuation.Account, stop));
        app.MapGet("/-/sso/login/{id}", async (string id, HttpContext context, WebLogins logins, SingleSignOnDeparture departure, CancellationToken stop) =>
            await logins.FindAsync(id, stop) is null ? SignInPages.Over() : await departure.LeaveAsync(context, Continuation.Login(id), stop));
        app.MapGet("/-/sso/invitation/{link}", async (string link, HttpContext context, Invitations invitations, SingleSignOnDeparture departure, CancellationToken stop) =>
            await invitations.FindAsync(link, stop) is null ? InvitationPages.Over() : await departure.LeaveAsync(context, Continuation.Invitation(link), stop));
        app.MapGet("/" + ProviderSignIns.Callback, ReturnAsync);
        app.MapGet("/-/sso/finish", ShowAsync);
        app.MapPost("/-/sso/finish", FinishAsync).DisableAntiforgery();
        app.MapPost("/-/account/identities", LinkAsync).DisableAntiforgery();
        app.MapPost("/-/account/identities/remove", (HttpContext context, AccountForm form, FinishSignIn finish, CancellationToken stop) =>
            form.ChangeAsync(context, (account, fields) => finish.UnlinkAsync(account, long.TryParse(fields.Text("id"), out var id) ? id : 0, stop), stop)).DisableAntiforgery();
    }

    private static async Task<IResult> ReturnAsync(
        HttpContext context, string? code, string? state, string? iss, string? error, ProviderSignIns signIns, ProviderCookie cookie, PublicUrl url,
        IOptions<IdentityOptions> options, CancellationToken cancellationToken)
    {
        if (!options.Value.SingleSignOn.IsOn)
        {
            return SingleSignOnForms.Off();
        }
        try
        {
            return await signIns.AnswerAsync(new ProviderAnswer(code, state, iss, error), cookie.Read(context), cancellationToken) is { } problem
                ? SingleSignOnForms.Failed(problem)
                : Results.Redirect($"{url.PathBase}/-/sso/finish");
        }
        catch (ProviderUnavailable unavailable)
        {
            return SingleSignOnForms.Failed(unavailable.Message);
        }
    }

    private static async Task<IResult> ShowAsync(HttpContext context, ProviderSignIns signIns, ProviderCookie cookie, SingleSignOnForms forms, CancellationToken cancellationToken) =>
        await signIns.FindAsync(cookie.Read(context), cancellationToken) is { } row ? await forms.ShowAsync(context, row, null, cancellationToken) : SingleSignOnForms.Over();

    // No antiforgery token: the cookie does not come along from another site's page (SameSite), and browsers that say where a form comes from are believed.
    private static async Task<IResult> FinishAsync(
        HttpContext context, ProviderSignIns signIns, ProviderCookie cookie, SingleSignOnReturn arrival, CancellationToken cancellationToken)
    {
        if (AccountForm.IsFromElsewhere(context))
        {
            return AccountForm.Foreign();
        }
        return await signIns.FindAsync(cookie.Read(context), cancellationToken) is { } row
            ? await arrival.RunAsync(context, row, await FormBody.ReadAsync(context, cancellationToken), cancellationToken)
            : SingleSignOnForms.Over();
    }

    /// <summary>An account's owner proves themselves, then goes to the provider and comes back with an identity.</summary>
    private static async Task<IResult> LinkAsync(HttpContext context, AccountForm form, AccountView view, SingleSignOnDeparture departure, CancellationToken cancellationToken)
    {
        var (session, fields) = await form.ReadAsync(context, cancellationToken);
        if (session is null)
        {
            return AccountForm.Foreign();
        }
        return await form.ProveAsync(context, session, fields, cancellationToken) is { } unproved
            ? await view.ShowAsync(context, session, unproved, cancellationToken)
            : await departure.OfferAsync(context, Continuation.Link(session.PersonId), cancellationToken);
    }
}
