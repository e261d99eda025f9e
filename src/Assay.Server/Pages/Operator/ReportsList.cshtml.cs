using Assay.Server.Data.Rows;
using Assay.Server.Packages;

namespace Assay.Server.Pages;

/// <summary>What was reported about packages.</summary>
[For(Circle.Administrators)]
internal sealed class ReportsListPage(ReadReports reports) : OperatorPage
{
    public IReadOnlyList<SeenReport> Reports { get; private set; } = [];

    public long? Next { get; private set; }

    public string? Kind { get; private set; }

    public bool IsAll { get; private set; }

    protected override IReadOnlyDictionary<string, string> Sentences { get; } = new Dictionary<string, string>
    {
        ["closed"] = "The report is closed, and who made it is told.",
    };

    public async Task OnGetAsync(string? kind, string? all, long? before)
    {
        SayDone();
        Kind = ReportRow.Kinds.Contains(kind) ? kind : null;
        IsAll = all == "true";
        (Reports, Next) = await reports.ListAsync(new ReportFilter(null, Kind, IsAll, before), ReportReader.Of(Member), Stop);
    }
}
