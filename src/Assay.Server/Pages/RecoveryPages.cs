using Assay.Server.Identity;

namespace Assay.Server.Pages;

/// <summary>For who has forgotten their password: asking for a link, and the page behind it.</summary>
internal static class RecoveryPages
{
    public static void MapRecoveryPages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/forgot", (RecoverPassword recover) => recover.IsOffered ? AskForm(null, StatusCodes.Status200OK) : NotOffered());
        app.MapPost("/-/forgot", AskAsync).DisableAntiforgery();
        app.MapGet("/-/recover/{link}", ShowAsync);
        app.MapPost("/-/recover/{link}", ChangeAsync).DisableAntiforgery();
    }

    private static async Task<IResult> AskAsync(HttpContext context, RecoverPassword recover, RecoveryThrottle throttle, CancellationToken cancellationToken)
    {
        if (!recover.IsOffered)
        {
            return NotOffered();
        }
        if (throttle.Take(Requester.AddressOf(context)) is var wait && wait > TimeSpan.Zero)
        {
            return AskForm($"Too many of these. Try again in {Math.Ceiling(wait.TotalSeconds)} seconds.", StatusCodes.Status429TooManyRequests);
        }
        var who = (await FormBody.ReadAsync(context, cancellationToken)).Text("who").Trim();
        // Not waited for: how long it takes would tell whether there is such a person.
        _ = recover.AskAsync(who, CancellationToken.None);
        return Page.Show("Forgotten password", "<p>If there is such an account, a link is on its way to its e-mail address. It works once, for a short time. "
            + "If nothing comes, ask an administrator of the registry.</p>");
    }

    private static async Task<IResult> ShowAsync(string link, HttpContext context, RecoverPassword recover, Passkeys passkeys, CancellationToken cancellationToken) =>
        await recover.FindAsync(link, cancellationToken) is { } pending
            ? await FormAsync(context, link, pending, passkeys, null, cancellationToken)
            : Over();

    // No antiforgery token: the address itself is the secret, and there is no session to ride on.
    private static async Task<IResult> ChangeAsync(string link, HttpContext context, RecoverPassword recover, Passkeys passkeys, CancellationToken cancellationToken)
    {
        if (await recover.FindAsync(link, cancellationToken) is not { } pending)
        {
            return Over();
        }
        var form = await FormBody.ReadAsync(context, cancellationToken);
        var (factor, isBad) = await passkeys.ReadAsync(context, form, PageOf(link), cancellationToken);
        var problem = isBad
            ? SignInPages.BadPasskey
            : PasswordFields.Mismatch(form) ?? await recover.RunAsync(link, pending, form.Text("password"), factor, Requester.AddressOf(context), cancellationToken);
        return problem is null
            ? Page.Show("Password", "<p>Your new password counts now, and every sign-in of before has ended: <code>npm login</code>. "
                + "Tokens that you made for something else stay; <code>npm token list</code> shows them.</p>")
            : await FormAsync(context, link, pending, passkeys, problem, cancellationToken);
    }

    private static async Task<IResult> FormAsync(
        HttpContext context, string link, PendingRecovery pending, Passkeys passkeys, string? problem, CancellationToken cancellationToken)
    {
        var use = await passkeys.BeginUsingAsync(context, PageOf(link), pending.PersonId, cancellationToken);
        return Page.Scripted("Another password", Page.Problem(problem) + Page.Markup($"""
            <p>Choose another password for <strong>{pending.PersonName}</strong>.</p>
            """) + $"""
            <form method="post"{FactorFields.Attributes(use)}>
            {PasswordFields.New}
            {FactorFields.Fields(use, SignInPages.FactorLabel)}
            <button>Change my password</button> {FactorFields.UseButton("Change it, with a passkey")}
            </form>
            """, problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    private static string PageOf(string link) => $"recover:{link}";

    private static IResult AskForm(string? problem, int status) => Page.Show("Forgotten password", Page.Problem(problem) + """
        <form method="post">
        <label>User name or e-mail address <input name="who" required autocomplete="username" autofocus></label>
        <button>Mail me a link</button>
        </form>
        <p>A second factor is not forgotten with it: whoever has one is asked for it on the page behind the link.</p>
        """, status);

    private static IResult NotOffered() => Page.Show(
        "Forgotten password", "<p>This registry sends no mail. Ask an administrator of the registry: they give you a link.</p>", StatusCodes.Status404NotFound);

    private static IResult Over() => Page.Show(
        "Another password", "<p>This link was used, was replaced by a newer one, or is too old. Ask for another.</p>", StatusCodes.Status404NotFound);
}
