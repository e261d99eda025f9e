using Assay.Server.Identity;

namespace Assay.Server.Pages;

/// <summary>The page on which a person gives the second factor that a command line asked for.</summary>
internal static class ChallengePages
{
    public static void MapChallengePages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/challenge/{id}", ShowAsync);
        app.MapPost("/-/challenge/{id}", ConfirmAsync).DisableAntiforgery();
    }

    private static async Task<IResult> ShowAsync(string id, HttpContext context, WebChallenges challenges, Passkeys passkeys, CancellationToken cancellationToken) =>
        await challenges.FindAsync(id, cancellationToken) is { } pending
            ? await FormAsync(context, id, pending, passkeys, null, cancellationToken)
            : Over();

    // No antiforgery token: the address itself is a secret, the code another, and there is no session to ride on.
    private static async Task<IResult> ConfirmAsync(string id, HttpContext context, WebChallenges challenges, Passkeys passkeys, CancellationToken cancellationToken)
    {
        if (await challenges.FindAsync(id, cancellationToken) is not { } pending)
        {
            return Over();
        }
        var form = await FormBody.ReadAsync(context, cancellationToken);
        var (factor, isBad) = await passkeys.ReadAsync(context, form, PageOf(id), cancellationToken);
        var refusal = (factor, isBad) switch
        {
            (_, true) => SignInPages.BadPasskey,
            (null, _) when pending.WhyPasskey is not null => "Use your passkey: this browser has to know it.",
            (null, _) => "Give a code from your app or a recovery code, or use a passkey.",
            _ => (await challenges.ConfirmAsync(id, form.Text("code"), pending, factor, Requester.AddressOf(context), cancellationToken)).Problem,
        };
        return refusal is null
            ? Page.Show("Confirmed", "<p>Confirmed. You can close this page and go back to your terminal.</p>")
            : await FormAsync(context, id, pending, passkeys, refusal, cancellationToken);
    }

    private static async Task<IResult> FormAsync(
        HttpContext context, string id, PendingChallenge pending, Passkeys passkeys, string? problem, CancellationToken cancellationToken)
    {
        var use = await passkeys.BeginUsingAsync(context, PageOf(id), pending.PersonId, cancellationToken);
        return Page.Scripted("Confirm", Page.Problem(problem) + Page.Markup($"""
            <p>{pending.Requester}, from {pending.Address}, asked {Math.Max(0, (int)pending.Age.TotalSeconds)} seconds ago to</p>
            <p><strong>{pending.Words}</strong></p>
            <p>as {pending.PersonName}. Confirm only what you started yourself: the code stands in your own terminal.</p>
            """) + (pending.WhyPasskey is { } why ? Page.Markup($"<p>This takes your passkey: {why}. Codes do not count.</p>") : "") + $"""
            <form method="post"{FactorFields.Attributes(use)}>
            <label>Code from your terminal <input name="code" required autocomplete="off" autofocus></label>
            {(pending.WhyPasskey is null ? FactorFields.Fields(use, "A code from your app, or a recovery code") + "<button>Confirm</button>" : FactorFields.Hidden(use))} {FactorFields.UseButton("Confirm with a passkey")}
            </form>
            """, problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    private static string PageOf(string id) => $"challenge:{id}";

    private static IResult Over() => Page.Show("Confirm", "<p>This request is over. Run the command again.</p>", StatusCodes.Status404NotFound);
}
