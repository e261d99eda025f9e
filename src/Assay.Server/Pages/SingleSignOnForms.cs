using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.Extensions.Options;

namespace Assay.Server.Pages;

/// <summary>What a browser is shown when it is back from the OpenID provider.</summary>
internal sealed class SingleSignOnForms(FinishSignIn finish, AccountForm accounts, WebLogins logins, Passkeys passkeys, PublicUrl url, IOptions<IdentityOptions> options)
{
    public const string PageOfPasskeys = "sso";

    private SingleSignOnOptions Settings => options.Value.SingleSignOn;

    public async Task<IResult> ShowAsync(HttpContext context, ProviderSignInRow row, string? problem, CancellationToken cancellationToken)
    {
        if (Continuation.LinkOf(row.Continuation) is { } owner)
        {
            return await accounts.SessionAsync(context, cancellationToken) is { } session && session.PersonId == owner ? LinkForm(row, session, problem) : AccountForm.Foreign();
        }
        if (Continuation.InvitationOf(row.Continuation) is not null)
        {
            return Form("Invitation", problem, Page.Markup($"<p>{row.Label} at {Settings.DisplayName} shall sign in to the account that you were invited to.</p>"), "", "Make my account");
        }
        return await finish.PersonOfAsync(row.Subject!, cancellationToken) is { } person
            ? await SignInFormAsync(context, row, person, problem, cancellationToken)
            : Unknown(row, problem);
    }

    /// <summary>What follows a sign-in that is through.</summary>
    public IResult Done(ProviderSignInRow row, bool toAccount) => toAccount
        ? AccountForm.Back(url)
        : Continuation.InvitationOf(row.Continuation) is null
            ? Page.Show("Signed in", "<p>Signed in. You can close this page and go back to your terminal.</p>")
            : Page.Show("Welcome", Page.Markup($"<p>Your account is made. Sign in: <code>npm login --registry {url.Base}</code>, and then set up a second factor on <a href=\"{url.PathBase}/-/account\">your account's page</a>.</p>"));

    /// <summary>To the page that says what is to be done next.</summary>
    public IResult Again() => Results.Redirect($"{url.PathBase}/-/sso/finish");

    private async Task<IResult> SignInFormAsync(HttpContext context, ProviderSignInRow row, (long Id, string Name) person, string? problem, CancellationToken cancellationToken)
    {
        var use = await passkeys.BeginUsingAsync(context, PageOfPasskeys, person.Id, cancellationToken);
        var text = Page.Markup($"<p>{row.Label} at {Settings.DisplayName} is <strong>{person.Name}</strong> here.</p>");
        var code = "";
        if (Continuation.LoginOf(row.Continuation) is { } page)
        {
            if (await logins.FindAsync(page, cancellationToken) is not { } login)
            {
                return SignInPages.Over();
            }
            text += SignInPages.Asked(login);
            code = "<label>Code from your terminal <input name=\"code\" required autocomplete=\"off\" autofocus></label>";
        }
        return Page.Scripted("Sign in", Page.Problem(problem) + text + $"""
            <form method="post"{FactorFields.Attributes(use)}>
            {code}
            {FactorFields.Fields(use, SignInPages.FactorLabel)}
            <button>Sign in</button> {FactorFields.UseButton("Sign in with a passkey")}
            </form>
            """, problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    private IResult Unknown(ProviderSignInRow row, string? problem) => Settings.CreatePeople
        ? Form("Welcome", problem, Page.Markup($"<p>{row.Label} at {Settings.DisplayName} has no account here yet. Choose a user name; it cannot be changed later.</p>"),
            Page.Markup($"<label>User name <input name=\"name\" required autocomplete=\"username\" value=\"{Suggested(row.SuggestedName)}\" autofocus></label>"), "Make my account")
        : Page.Show("Sign in", Page.Markup($"""
            <p>No account here belongs to {row.Label} at {Settings.DisplayName}. If you have an account, sign in to it with your password and link this identity on
            <a href="{url.PathBase}/-/account">your account's page</a>. If not, ask an administrator for an invitation.</p>
            """), StatusCodes.Status403Forbidden);

    private IResult LinkForm(ProviderSignInRow row, WebSession session, string? problem) => Form(
        "Link an identity", problem, Page.Markup($"<p>{row.Label} at {Settings.DisplayName} shall sign in as <strong>{session.PersonName}</strong>.</p>"),
        Page.Markup($"<input type=\"hidden\" name=\"form\" value=\"{session.FormToken}\">"), "Link it");

    private static IResult Form(string title, string? problem, string text, string fields, string button) => Page.Show(
        title, $"{Page.Problem(problem)}{text}<form method=\"post\">{fields}<button>{button}</button></form>", problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    private static string Suggested(string? name)
    {
        var plain = new string([.. (name ?? "").Split('@')[0].ToLowerInvariant().Where(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.')]);
        return People.IsName(plain) ? plain : "";
    }

    public static IResult Off() => Page.Show("Sign in", "<p>This registry has no single sign-on.</p>", StatusCodes.Status404NotFound);

    public static IResult Failed(string problem) => Page.Show("Sign in", Page.Problem(problem), StatusCodes.Status400BadRequest);

    public static IResult Over() => Page.Show("Sign in", "<p>This sign-in took too long, or was begun in another browser. Begin again.</p>", StatusCodes.Status404NotFound);
}
