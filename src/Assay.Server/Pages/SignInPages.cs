using Assay.Server.Answers;
using Assay.Server.Identity;

namespace Assay.Server.Pages;

/// <summary>The page that <c>npm login</c> opens.</summary>
internal static class SignInPages
{
    public const string BadPasskey = "That passkey is not known here, or took too long. Try again.";
    public const string FactorLabel = "Second factor, if you have one: a code from your app, or a recovery code";

    public static void MapSignInPages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/login/{id}", ShowAsync);
        app.MapPost("/-/login/{id}", ConfirmAsync).DisableAntiforgery().WithMetadata(new CountsAsAttribute(RequestCost.SignIn));
    }

    private static async Task<IResult> ShowAsync(string id, HttpContext context, WebLogins logins, Passkeys passkeys, PublicUrl url, ProviderLink sso, CancellationToken cancellationToken) =>
        await logins.FindAsync(id, cancellationToken) is { } login
            ? await FormAsync(context, id, login, passkeys, url, sso, null, cancellationToken)
            : Over();

    // No antiforgery token: the address itself is a secret, the code another, and there is no session to ride on.
    private static async Task<IResult> ConfirmAsync(string id, HttpContext context, WebLogins logins, Passkeys passkeys, PublicUrl url, ProviderLink sso, CancellationToken cancellationToken)
    {
        if (await logins.FindAsync(id, cancellationToken) is not { } login)
        {
            return Over();
        }
        var form = await FormBody.ReadAsync(context, cancellationToken);
        var (factor, isBad) = await passkeys.ReadAsync(context, form, PageOf(id), cancellationToken);
        var refusal = isBad ? BadPasskey : await logins.ConfirmAsync(
            id, form.Text("code"), new SignInProof(form.Text("name"), form.Text("password"), factor), Requester.AddressOf(context), cancellationToken);
        return refusal is null
            ? Page.Show("Signed in", "<p>Signed in. You can close this page and go back to your terminal.</p>")
            : await FormAsync(context, id, login, passkeys, url, sso, refusal, cancellationToken);
    }

    private static async Task<IResult> FormAsync(
        HttpContext context, string id, PendingWebLogin login, Passkeys passkeys, PublicUrl url, ProviderLink sso, string? problem, CancellationToken cancellationToken)
    {
        var use = await passkeys.BeginUsingAsync(context, PageOf(id), personId: null, cancellationToken);
        return Page.Scripted("Sign in", Page.Problem(problem) + Asked(login) + $"""
            <form method="post"{FactorFields.Attributes(use)}>
            <label>Code from your terminal <input name="code" required autocomplete="off" autofocus></label>
            <label>User name <input name="name" required autocomplete="username"></label>
            <label>Password <input name="password" type="password" required autocomplete="current-password"></label>
            {FactorFields.Fields(use, FactorLabel)}
            <button>Sign in</button> {FactorFields.UseButton("Sign in with a passkey")}
            </form>
            <p><a href="{url.PathBase}/-/forgot">Forgotten your password?</a></p>
            """ + sso.To($"login/{id}"), problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    private static string PageOf(string id) => $"login:{id}";

    /// <summary>Who asks, so that people can tell their own request from somebody else's.</summary>
    public static string Asked(PendingWebLogin login) => Page.Markup($"""
        <p>{login.Requester}, from {login.Address}, asked {Math.Max(0, (int)login.Age.TotalSeconds)} seconds ago to sign in with your account.
        Confirm only what you started yourself: the code stands in your own terminal.</p>
        """);

    public static IResult Over() => Page.Show("Sign in", "<p>This sign-in is over. Start again with <code>npm login</code>.</p>", StatusCodes.Status404NotFound);
}
