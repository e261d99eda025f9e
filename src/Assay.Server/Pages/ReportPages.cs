using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.People;
using Microsoft.Extensions.Options;

namespace Assay.Server.Pages;

/// <summary>The page on which a package is reported. Until it is sent it says nothing of whether there is such a package.</summary>
internal static class ReportPages
{
    private const string Title = "Report a package";

    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        [ReportRow.Malware] = "It does harm on purpose",
        [ReportRow.Vulnerability] = "It has a vulnerability",
        [ReportRow.Impersonation] = "Its name passes for another",
        [ReportRow.Other] = "Something else",
    };

    public static void MapReportPages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/-/report/{package}", ShowAsync);
        // The form carries a token of its session, which is checked before anything is done.
        app.MapPost("/-/report/{package}", SendAsync).DisableAntiforgery();
    }

    private static async Task<IResult> ShowAsync(string package, HttpContext context, AccountForm account, PublicUrl url, CancellationToken cancellationToken) =>
        await account.SessionAsync(context, cancellationToken) is not { } session
            ? Page.Show(Title, Page.Markup($"<p>Reports are made by whoever is signed in. <a href=\"{url.PathBase}/-/account\">Sign in</a>, then open this page again.</p>"), StatusCodes.Status401Unauthorized)
            : PackageName.TryParse(package, null, out var name) ? Form(name, session, new("", "", ""), null) : Unknown(package);

    private static async Task<IResult> SendAsync(
        string package, HttpContext context, AccountForm account, MakeReport make, IOptions<PackagesOptions> options, CancellationToken cancellationToken)
    {
        var (session, fields) = await account.ReadAsync(context, cancellationToken);
        if (session is null)
        {
            return AccountForm.Foreign();
        }
        if (!PackageName.TryParse(package, null, out var name))
        {
            return Unknown(package);
        }
        var written = new Written(fields.Text("kind"), fields.Text("version"), fields.Text("text"));
        var (draft, unread) = ReportDraft.Read(name, written.Kind, written.Version, written.Text, options.Value.LongestReport);
        if (draft is null)
        {
            return Form(name, session, written, unread!.Text);
        }
        var (report, refusal) = await make.RunAsync(draft, MemberOf(session, context), cancellationToken);
        return report is not null
            ? Page.Show(Title, Page.Markup($"<p>Thank you. This is report {report.Id}; those who can act are told, and you are when it is closed.</p>"))
            : Form(name, session, written, refusal!.Members!.Text("error"));
    }

    /// <summary>Signed in with a browser, a person may all that they may.</summary>
    private static Caller.Member MemberOf(WebSession session, HttpContext context) =>
        new(session.PersonId, session.PersonName, "", IsAdministrator: false, new AccessTokenUse(0, "", TokenReach.Everything), Requester.AddressOf(context))
        {
            Standing = new Standing(session.PersonId, IsAdministrator: false),
        };

    private static IResult Form(PackageName name, WebSession session, Written written, string? problem) => Page.Show(Title, Page.Problem(problem) + Page.Markup($"""
        <p>Report <strong>{name}</strong> as {session.PersonName}. Administrators read it; those who administer the package do too, without your name, but for malware.</p>
        <form method="post">
        <input type="hidden" name="form" value="{session.FormToken}">
        <label>What is wrong <select name="kind" required>
        """) + string.Concat(Kinds.Select(kind => Option(kind.Key, kind.Value, isChosen: kind.Key == written.Kind))) + Page.Markup($"""
        </select></label>
        <label>Version, if it is about one <input name="version" value="{written.Version}" autocomplete="off"></label>
        <label>What you saw <textarea name="text" rows="8" required>
        {written.Text}</textarea></label>
        <button>Report it</button>
        </form>
        """), problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    private static string Option(string kind, string words, bool isChosen) => isChosen
        ? Page.Markup($"<option value=\"{kind}\" selected>{words}</option>")
        : Page.Markup($"<option value=\"{kind}\">{words}</option>");

    private static IResult Unknown(string package) => Page.Show(Title, Page.Markup($"<p>{package} is not the name of a package.</p>"), StatusCodes.Status404NotFound);

    private sealed record Written(string Kind, string Version, string Text);
}
