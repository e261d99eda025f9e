using Assay.Server.Answers;
using Assay.Server.Identity;

namespace Assay.Server.Pages;

/// <summary>The pages that a person needs before there is anything else to see: the start, the first administrator.</summary>
internal static class PagesEndpoints
{
    public static void MapPages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/setup", SetupFormAsync);
        app.MapPost("/-/setup", SetupAsync).DisableAntiforgery();
        app.MapSignInPages();
        app.MapChallengePages();
        app.MapInvitationPages();
        app.MapRecoveryPages();
        app.MapEmailPages();
        app.MapAccount();
        app.MapReportPages();
        app.MapSingleSignOn();
        app.MapAssets();
        app.MapRazorPages();
    }

    private static async Task<IResult> SetupFormAsync(FirstAdministrator first, CancellationToken cancellationToken) =>
        await first.IsWantedAsync(cancellationToken) ? SetupForm(null) : Page.Show("Set up", "<p>This registry has been set up already.</p>");

    // No antiforgery token: the form itself carries the secret that authorises it, and there is no session to ride on.
    private static async Task<IResult> SetupAsync(HttpContext context, FirstAdministrator first, PublicUrl url, CancellationToken cancellationToken)
    {
        var form = await FormBody.ReadAsync(context, cancellationToken);
        var person = new NewPerson(form.Text("name"), form.Text("email"), form.Text("password"), IsAdministrator: true);
        var address = Requester.AddressOf(context);
        return await first.CreateAsync(form.Text("code"), person, address, cancellationToken) is { } refusal
            ? SetupForm(refusal)
            : Page.Show("Set up", Page.Markup($"""
                <p>{person.Name} is the administrator. Next:</p>
                <ol>
                <li>Sign in: <code>npm login --registry {url.Base}</code></li>
                <li>Trust your CI's issuer, where the server runs: <code>./run admin issuer add github --provider github --names '@acme/*'</code></li>
                <li>Say who may publish: <code>npm trust github @acme/hello --repo acme/hello --file publish.yml --allow-publish --registry {url.Base}</code></li>
                </ol>
                """));
    }

    private static IResult SetupForm(string? problem) => Page.Show("Set up", Page.Problem(problem) + """
        <form method="post">
        <label>Setup code <input name="code" required autocomplete="off" autofocus></label>
        <label>User name <input name="name" required autocomplete="username"></label>
        <label>E-mail <input name="email" type="email" required autocomplete="email"></label>
        <label>Password <input name="password" type="password" required autocomplete="new-password"></label>
        <button>Make me the administrator</button>
        </form>
        """, problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
}
