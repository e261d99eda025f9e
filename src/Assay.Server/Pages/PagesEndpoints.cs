using Assay.Server.Answers;
using Assay.Server.Identity;
using Microsoft.AspNetCore.Http.Features;

namespace Assay.Server.Pages;

/// <summary>The pages that a person needs before there is anything else to see: the start, the first administrator, a web login.</summary>
internal static class PagesEndpoints
{
    private const long LargestForm = 64 * 1024;

    public static void MapPages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", StartAsync);
        app.MapGet("/-/setup", SetupFormAsync);
        app.MapPost("/-/setup", SetupAsync).DisableAntiforgery();
        app.MapGet("/-/login/{id}", LoginFormAsync);
        app.MapPost("/-/login/{id}", LoginAsync).DisableAntiforgery();
    }

    private static async Task<IResult> StartAsync(FirstAdministrator first, PublicUrl url, CancellationToken cancellationToken) =>
        Page.Show("Assay", await first.IsWantedAsync(cancellationToken)
            ? Page.Markup($"<p>This registry has no administrator yet. <a href=\"{url.At("-/setup")}\">Set it up</a> with the code that the server printed.</p>")
            : Page.Markup($"""
                <p>An npm registry in which CI publishes without tokens.</p>
                <pre>npm config set @your-scope:registry {url.Base}
                npm login --registry {url.Base}</pre>
                """));

    private static async Task<IResult> SetupFormAsync(FirstAdministrator first, CancellationToken cancellationToken) =>
        await first.IsWantedAsync(cancellationToken) ? SetupForm(null) : Page.Show("Set up", "<p>This registry has been set up already.</p>");

    // No antiforgery token: the form itself carries the secret that authorises it, and there is no session to ride on.
    private static async Task<IResult> SetupAsync(HttpContext context, FirstAdministrator first, PublicUrl url, CancellationToken cancellationToken)
    {
        var form = await FormAsync(context, cancellationToken);
        var person = new NewPerson(form["name"].ToString(), form["email"].ToString(), form["password"].ToString(), IsAdministrator: true);
        var address = context.Connection.RemoteIpAddress?.ToString() ?? "local";
        return await first.CreateAsync(form["code"].ToString(), person, address, cancellationToken) is { } refusal
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

    private static async Task<IResult> LoginFormAsync(string id, WebLogins logins, CancellationToken cancellationToken) =>
        await logins.FindAsync(id, cancellationToken) is { } login ? LoginForm(login, null) : Over();

    private static async Task<IResult> LoginAsync(string id, HttpContext context, WebLogins logins, CancellationToken cancellationToken)
    {
        if (await logins.FindAsync(id, cancellationToken) is not { } login)
        {
            return Over();
        }
        var form = await FormAsync(context, cancellationToken);
        var address = context.Connection.RemoteIpAddress?.ToString() ?? "local";
        var refusal = await logins.ConfirmAsync(
            id, form["code"].ToString(), form["name"].ToString(), form["password"].ToString(), address, cancellationToken);
        return refusal is null
            ? Page.Show("Signed in", "<p>Signed in. You can close this page and go back to your terminal.</p>")
            : LoginForm(login, refusal);
    }

    /// <summary>The form's fields; none when it is no form. Small: anybody may send one.</summary>
    private static async Task<IFormCollection> FormAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
        {
            return FormCollection.Empty;
        }
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = LargestForm;
        try
        {
            return await context.Request.ReadFormAsync(cancellationToken);
        }
        catch (InvalidDataException)
        {
            return FormCollection.Empty;
        }
    }

    private static IResult Over() => Page.Show("Sign in", "<p>This sign-in is over. Start again with <code>npm login</code>.</p>", StatusCodes.Status404NotFound);

    private static IResult SetupForm(string? problem) => Page.Show("Set up", Page.Problem(problem) + """
        <form method="post">
        <label>Setup code <input name="code" required autocomplete="off" autofocus></label>
        <label>User name <input name="name" required autocomplete="username"></label>
        <label>E-mail <input name="email" type="email" required autocomplete="email"></label>
        <label>Password <input name="password" type="password" required autocomplete="new-password"></label>
        <button>Make me the administrator</button>
        </form>
        """, problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    private static IResult LoginForm(PendingWebLogin login, string? problem) => Page.Show("Sign in", Page.Problem(problem) + Page.Markup($"""
        <p>{login.Requester}, from {login.Address}, asked {Math.Max(0, (int)login.Age.TotalSeconds)} seconds ago to sign in with your account.
        Confirm only what you started yourself: the code stands in your own terminal.</p>
        <form method="post">
        <label>Code from your terminal <input name="code" required autocomplete="off" autofocus></label>
        <label>User name <input name="name" required autocomplete="username"></label>
        <label>Password <input name="password" type="password" required autocomplete="current-password"></label>
        <button>Sign in</button>
        </form>
        """), problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
}
