using System.Text.Json.Nodes;
using Assay.Server.Packages;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Assay.Server.Pages;

/// <summary>One report, and what came of it.</summary>
[For(Circle.Administrators)]
internal sealed class ReportShowPage(ReadReports reports, CloseReport close, IOptions<PackagesOptions> options) : OperatorPage
{
    public SeenReport Report { get; private set; } = null!;

    protected override IReadOnlyDictionary<string, string> Sentences { get; } = new Dictionary<string, string>();

    public async Task<IActionResult> OnGetAsync(long id) => await LoadAsync(id) ?? Page();

    public async Task<IActionResult> OnPostCloseAsync(long id)
    {
        if (await LoadAsync(id) is { } unknown)
        {
            return unknown;
        }
        var body = new JsonObject { ["outcome"] = Typed("outcome"), ["text"] = Typed("text") };
        var (outcome, answer, unread) = ReportAnswers.ReadClosing(body, options.Value.LongestReport);
        return IsRefused(unread) || IsRefused(await close.RunAsync(id, outcome, answer, ReportReader.Of(Member), Member.Actor, Stop))
            ? Page()
            : Done("closed", "/-/operator/reports");
    }

    private async Task<IActionResult?> LoadAsync(long id)
    {
        if (await reports.FindAsync(id, ReportReader.Of(Member), Stop) is not { } found)
        {
            return Message("Not found", StatusCodes.Status404NotFound, ReportRights.Unknown(id).Text);
        }
        Report = found;
        return null;
    }
}
