using System.Text.Json.Nodes;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Upstream.Advisories;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>This registry's own advisories.</summary>
[For(Circle.Administrators)]
internal sealed class AdvisoriesListPage(IssuedAdvisories issued, IssueAdvisory issue, SecondFactorGate gate) : OperatorPage
{
    public IReadOnlyList<IssuedAdvisoryRow> Advisories { get; private set; } = [];

    public long? Next { get; private set; }

    protected override IReadOnlyDictionary<string, string> Sentences { get; } = new Dictionary<string, string>
    {
        ["issued"] = "The advisory is part of every audit from now on.",
        ["malicious"] = "The advisory is part of every audit from now on. It takes nothing away: the versions are served until an incident quarantines them.",
        ["withdrawn"] = "The advisory is withdrawn: no audit names it any more.",
    };

    public async Task OnGetAsync(long? before)
    {
        SayDone();
        await LoadAsync(before);
    }

    public async Task<IActionResult> OnPostIssueAsync()
    {
        await LoadAsync(null);
        var body = Body();
        if (!AdvisoryDraft.TryRead(body, out var draft, out var denial))
        {
            IsRefused(denial);
            return Page();
        }
        var ask = gate.Asking(HttpContext, Member, SensitiveAct.Of($"issue an advisory about {draft.Package}", body).On(draft.Package.Value));
        return IsRefused((await issue.RunAsync(draft, Member.Actor, ask, Stop)).Refusal) ? Page() : Done(draft.IsMalicious ? "malicious" : "issued");
    }

    public async Task<IActionResult> OnPostWithdrawAsync(string? id)
    {
        await LoadAsync(null);
        var about = Advisories.FirstOrDefault(row => row.Name == id) ?? await issued.FindAsync(id ?? "", Member, Stop);
        var ask = gate.Asking(HttpContext, Member, SensitiveAct.Of($"withdraw the advisory {id}").On(about is null ? [] : [about.PackageName]));
        return IsRefused((await issue.WithdrawAsync(id ?? "", Member.Actor, ask, Stop)).Refusal) ? Page() : Done("withdrawn");
    }

    private JsonObject Body()
    {
        var body = new JsonObject { ["package"] = Typed("package").Trim(), ["versions"] = Typed("versions").Trim(), ["summary"] = Typed("summary").Trim() };
        if (Typed("severity") == "malicious")
        {
            body["malicious"] = true;
        }
        else
        {
            body["severity"] = Typed("severity");
        }
        if (Typed("fixed").Trim() is { Length: > 0 } fix)
        {
            body["fixed"] = fix;
        }
        return body;
    }

    private async Task LoadAsync(long? before) => (Advisories, Next) = await issued.ListAsync(package: null, before, Member, Stop);
}
