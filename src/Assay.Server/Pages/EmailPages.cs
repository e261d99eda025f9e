using Assay.Server.Identity;

namespace Assay.Server.Pages;

/// <summary>The page behind the link that confirms an address. Looking at it changes nothing: mail scanners follow links.</summary>
internal static class EmailPages
{
    public static void MapEmailPages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/email/{link}", ShowAsync);
        app.MapPost("/-/email/{link}", ConfirmAsync).DisableAntiforgery();
    }

    private static async Task<IResult> ShowAsync(string link, ChangeProfile profile, CancellationToken cancellationToken) =>
        await profile.FindAsync(link, cancellationToken) is { } pending
            ? Page.Show("E-mail address", Page.Markup($"""
                <p><strong>{pending.PersonName}</strong> shall have the e-mail address <strong>{pending.Email}</strong>.</p>
                <form method="post"><button>Confirm it</button></form>
                """))
            : Over();

    // No antiforgery token: the address itself is the secret, and there is no session to ride on.
    private static async Task<IResult> ConfirmAsync(string link, HttpContext context, ChangeProfile profile, CancellationToken cancellationToken) =>
        await profile.ConfirmAsync(link, Requester.AddressOf(context), cancellationToken)
            ? Page.Show("E-mail address", "<p>Confirmed. Mails about the account come here.</p>")
            : Over();

    private static IResult Over() => Page.Show(
        "E-mail address", "<p>This link was used, was replaced by a newer one, or is too old. Ask for another: <code>npm profile set email</code>.</p>", StatusCodes.Status404NotFound);
}
