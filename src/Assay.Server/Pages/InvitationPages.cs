using Assay.Server.Answers;
using Assay.Server.Identity;

namespace Assay.Server.Pages;

/// <summary>The page behind an invitation's link. Looking at it changes nothing: mail scanners follow links.</summary>
internal static class InvitationPages
{
    public static void MapInvitationPages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/invitation/{link}", ShowAsync);
        app.MapPost("/-/invitation/{link}", AcceptAsync).DisableAntiforgery();
    }

    private static async Task<IResult> ShowAsync(string link, Invitations invitations, ProviderLink sso, CancellationToken cancellationToken) =>
        await invitations.FindAsync(link, cancellationToken) is { } row ? Form(PendingInvitation.Of(row), link, sso, null) : Over();

    // No antiforgery token: the address itself is the secret, and there is no session to ride on.
    private static async Task<IResult> AcceptAsync(
        string link, HttpContext context, Invitations invitations, AcceptInvitation accept, ProviderLink sso, PublicUrl url, CancellationToken cancellationToken)
    {
        if (await invitations.FindAsync(link, cancellationToken) is not { } row)
        {
            return Over();
        }
        var (invitation, form) = (PendingInvitation.Of(row), await FormBody.ReadAsync(context, cancellationToken));
        var problem = PasswordFields.Mismatch(form)
            ?? await accept.RunAsync(link, form.Text("password"), invitation, Requester.AddressOf(context), cancellationToken);
        return problem is null
            ? Page.Show("Welcome", Page.Markup($"""
                <p>{row.Name} can sign in now:</p>
                <pre>npm login --registry {url.Base}</pre>
                <p>Then set up a second factor, there with <code>npm profile enable-2fa auth-and-writes</code>, or on <a href="{url.PathBase}/-/account">your account's page</a>.</p>
                """))
            : Form(invitation, link, sso, problem);
    }

    private static IResult Form(PendingInvitation invitation, string link, ProviderLink sso, string? problem) => Page.Show("Invitation", Page.Problem(problem) + Page.Markup($"""
        <p>{invitation.InvitedBy} invites you to this registry as <strong>{invitation.Person.Name}</strong>, with the e-mail address {invitation.Person.Email}. Choose a password.</p>
        <form method="post">
        <input type="hidden" name="username" autocomplete="username" value="{invitation.Person.Name}">
        """) + PasswordFields.New + """
        <button>Make my account</button>
        </form>
        """ + sso.To($"invitation/{link}"), problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    public static IResult Over() => Page.Show(
        "Invitation", "<p>This invitation was used, was revoked, or is too old. Ask whoever invited you for another.</p>", StatusCodes.Status404NotFound);
}
