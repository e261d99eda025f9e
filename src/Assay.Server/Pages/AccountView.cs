using System.Text;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Pages;

/// <summary>The account's page and those that lead to it.</summary>
internal sealed class AccountView(RegistryDbSource source, SignedInPlaces places, Passkeys passkeys, SecondFactorRule rule, MailIsOn mail, ProviderLink sso, PublicUrl url)
{
    /// <summary>What the ceremonies of the sign-in page are sealed for.</summary>
    public const string SignInPage = "account-sign-in";

    public static string PageOf(long personId) => $"account:{personId}";

    public async Task<IResult> SignInAsync(HttpContext context, string? problem, CancellationToken cancellationToken)
    {
        var use = await passkeys.BeginUsingAsync(context, SignInPage, personId: null, cancellationToken);
        return Page.Scripted("Sign in", Page.Problem(problem) + $"""
            <form method="post" action="{At("sign-in")}"{FactorFields.Attributes(use)}>
            <label>User name <input name="name" required autocomplete="username" autofocus></label>
            <label>Password <input name="password" type="password" required autocomplete="current-password"></label>
            {FactorFields.Fields(use, SignInPages.FactorLabel)}
            <button>Sign in</button> {FactorFields.UseButton("Sign in with a passkey")}
            </form>
            <p><a href="{url.PathBase}/-/forgot">Forgotten your password?</a></p>
            """ + sso.To("account"), problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    public async Task<IResult> ShowAsync(HttpContext context, WebSession session, string? problem, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var factors = await FactorState.OfAsync(db, session.PersonId, cancellationToken);
        var own = await db.Passkeys.Where(row => row.PersonId == session.PersonId).OrderBy(row => row.Id).ToListAsync(cancellationToken);
        var use = own.Count == 0 ? null : await passkeys.BeginUsingAsync(context, PageOf(session.PersonId), session.PersonId, cancellationToken);
        var make = await passkeys.BeginMakingAsync(context, PageOf(session.PersonId), session.PersonId, session.PersonName, cancellationToken);
        var person = await db.People.SingleAsync(row => row.Id == session.PersonId, cancellationToken);
        var forms = new Forms(url, session, factors, use, hasPassword: person.PasswordHash.Length > 0);
        return Page.Scripted("Account", new StringBuilder(Page.Problem(problem))
            .Append(Page.Markup($"<p>Signed in as {session.PersonName}. {Demand(factors)}</p>"))
            .Append(forms.Plain("sign-out", "", "Sign out"))
            .Append(Codes(factors, forms))
            .Append(PasskeyList(own, forms, make))
            .Append(RecoveryCodes(factors, forms))
            .Append(Email(person, forms))
            .Append(Identities(await db.LinkedIdentities.Where(row => row.PersonId == session.PersonId).OrderBy(row => row.Id).ToListAsync(cancellationToken), forms))
            .Append(Places(await places.ListAsync(session.PersonId, cancellationToken), session, forms))
            .ToString(), problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    /// <summary>The secret for the app, and the first code of it.</summary>
    public IResult Codes(WebSession session, string address, string? problem) => Page.Show("Codes of an app", Page.Problem(problem) + Page.Markup($"""
        <p>Add this to your authenticator app: <a href="{address}">open it</a>, or type the secret:</p>
        <pre>{System.Web.HttpUtility.ParseQueryString(new Uri(address).Query)["secret"]}</pre>
        <form method="post" action="{At("codes/confirm")}">
        <input type="hidden" name="form" value="{session.FormToken}">
        <label>The code that your app shows now <input name="factor" required autocomplete="one-time-code" autofocus></label>
        <button>Turn codes on</button>
        </form>
        """), problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    public IResult Shown(IReadOnlyList<string> recoveryCodes) => Page.Show("Recovery codes", $"""
        <p>Keep these where your other factors are not. Each works once, in place of a second factor; they are shown this one time.</p>
        <pre>{string.Join('\n', recoveryCodes.Select(Identity.RecoveryCodes.Shown))}</pre>
        <p><a href="{url.PathBase}/-/account">Back to the account</a></p>
        """);

    private string At(string path) => $"{url.PathBase}/-/account/{path}";

    private string Demand(FactorState factors) => factors.IsEnrolled
        ? "Your second factor is asked for with every sensitive command."
        : rule.IsRequired
            ? "You have no second factor yet, and this registry requires one: until then you publish and change nothing."
            : "You have no second factor yet. With one, a stolen password or token is not enough to publish.";

    private static string Codes(FactorState factors, Forms forms) => "<h2>Codes of an app</h2>" + (factors.HasTotp
        ? "<p>On.</p>" + forms.Proved("codes/remove", "", "Turn codes off")
        : "<p>Off.</p>" + forms.Proved("codes", "", "Set up codes"));

    private static string PasskeyList(List<PasskeyRow> own, Forms forms, Ceremony? make)
    {
        var list = new StringBuilder("<h2>Passkeys</h2>");
        foreach (var row in own)
        {
            list.Append(Page.Markup($"<p>{row.Name}: made {JsonTime.Of(row.CreatedAt)}, last used {(row.LastUsedAt is { } at ? JsonTime.Of(at) : "never")}</p>"));
        }
        if (own.Count > 0)
        {
            var options = string.Concat(own.Select(row => Page.Markup($"<option value=\"{row.Id}\">{row.Name}</option>")));
            list.Append(forms.Proved("passkeys/remove", $"<label>Which <select name=\"id\">{options}</select></label>", "Remove the passkey"));
        }
        return list.Append(make is null ? "<p>Passkeys cannot be added now: the registry has lost a key. Its operator knows.</p>" : forms.Making(make)).ToString();
    }

    private static string RecoveryCodes(FactorState factors, Forms forms) => !factors.IsEnrolled ? "" :
        Page.Markup($"<h2>Recovery codes</h2><p>{factors.RecoveryCodes} of {Identity.RecoveryCodes.Count} are left.</p>") + forms.Proved("recovery-codes", "", "Make new ones");

    private string Email(PersonRow person, Forms forms) =>
        Page.Markup($"<h2>E-mail address</h2><p>{person.Email}{(person.EmailVerifiedAt is null ? ", not confirmed" : ", confirmed")}. Change it with </p><pre>npm profile set email</pre>")
        + (UnverifyAddresses.Notice(person) is { } gone ? Page.Markup($"<p><strong>{gone}</strong></p>") : "")
        + (person.EmailVerifiedAt is null && mail.Value ? forms.Plain("email/verify", "", "Mail me a link to confirm it") : "");

    private string Identities(List<LinkedIdentityRow> own, Forms forms)
    {
        var list = new StringBuilder();
        foreach (var row in own)
        {
            list.Append(Page.Markup($"<p>{row.Label}, linked {JsonTime.Of(row.LinkedAt)}</p>"))
                .Append(forms.Proved("identities/remove", Page.Markup($"<input type=\"hidden\" name=\"id\" value=\"{row.Id}\">"), "Take it away"));
        }
        if (sso.To("account").Length > 0)
        {
            list.Append(forms.Proved("identities", "", "Link an identity"));
        }
        return list.Length == 0 ? "" : $"<h2>Single sign-on</h2>{list}";
    }

    private static string Places(IReadOnlyList<SignedInPlace> places, WebSession session, Forms forms)
    {
        var list = new StringBuilder("<h2>Signed in</h2>");
        foreach (var place in places)
        {
            var used = place.LastUsedAt is { } at ? JsonTime.Of(at) : "never";
            list.Append(Page.Markup($"""
                <p>{(place.IsBrowser ? "Browser" : "Terminal")}: {place.Client}, from {place.Address}, since {JsonTime.Of(place.Since)}, last used {used}{(place.Key == session.Key ? " (this one)" : "")}</p>
                """));
            list.Append(forms.Plain("sessions/revoke", Page.Markup($"<input type=\"hidden\" name=\"key\" value=\"{place.Key}\">"), "Sign it out"));
        }
        return list.Append(forms.Plain("sessions/revoke-others", "", "Sign out everywhere else")).ToString();
    }

    /// <summary>The forms of one page: each carries the session's token.</summary>
    private sealed class Forms(PublicUrl url, WebSession session, FactorState factors, Ceremony? use, bool hasPassword)
    {
        public string Plain(string action, string fields, string button) => $"""
            <form method="post" action="{url.PathBase}/-/account/{action}">{Token()}{fields}<button>{button}</button></form>
            """;

        /// <summary>With the password and, where there is one, a factor.</summary>
        public string Proved(string action, string fields, string button) => $"""
            <form method="post" action="{url.PathBase}/-/account/{action}"{FactorFields.Attributes(use)}>{Token()}{fields}{Proof()}
            <button>{button}</button> {(use is null ? "" : FactorFields.UseButton($"{button}, with a passkey"))}</form>
            """;

        public string Making(Ceremony make) => $"""
            <form method="post" action="{url.PathBase}/-/account/passkeys"{FactorFields.Attributes(use, make)}>{Token()}
            <label>Name of a new passkey <input name="name" maxlength="60" autocomplete="off"></label>
            {Page.Markup($"<input type=\"hidden\" name=\"making\" value=\"{make.Sealed}\"><input type=\"hidden\" name=\"made\">")}{Proof()}
            <button data-passkey="make" hidden>Add a passkey</button></form>
            """;

        private string Proof() => (!hasPassword ? "" : """
            <label>Password <input name="password" type="password" required autocomplete="current-password"></label>
            """) + (factors.IsEnrolled ? FactorFields.Fields(use, "A code from your app, or a recovery code") : FactorFields.Hidden(use));

        private string Token() => Page.Markup($"<input type=\"hidden\" name=\"form\" value=\"{session.FormToken}\">");
    }
}
