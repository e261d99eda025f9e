using System.Text.Json.Nodes;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.TrustedPublishing;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>One attempt: claim by claim, what the job was told, what to do, and the way from the refusal to a policy.</summary>
[For(Circle.Members)]
internal sealed class AttemptPage(ReadPackageHead heads, AttemptDrafts drafts, ReadAttempts attempts, SecondFactorGate factor) : TrustSubjectPage(heads, TrustTab.Attempts)
{
    public ExchangeAttemptRow Attempt { get; private set; } = null!;

    /// <summary>As the API answers it.</summary>
    public JsonObject Shown { get; private set; } = [];

    /// <summary>The policy that the run would have needed; null where there is none.</summary>
    public PolicyOffer.Previewed? Draft { get; private set; }

    /// <summary>Where an administrator stops everything of the project that presented itself, filled in; null where none is known.</summary>
    public string? IncidentAddress { get; private set; }

    /// <summary>Why no policy can be made of it.</summary>
    public string? NoDraft { get; private set; }

    public Task<IActionResult> OnGetAsync(long id) => ShownAsync(id);

    /// <summary>Trusts the run's workflow, where its owner is trusted already; else the form is shown, filled in.</summary>
    public async Task<IActionResult> OnPostTrustAsync(long id)
    {
        if (!await FindSubjectAsync() || Subject.Package is not { } package)
        {
            return UnknownSubject();
        }
        var refusal = await drafts.WriteAsync(package, id, Member, act => factor.RefuseAsync(HttpContext, Member, act, Stop), Stop);
        return refusal switch
        {
            null => ToList("created"),
            { Code: PolicyOffer.ReviewNeeded } => LocalRedirect($"~/{Subject.TrustAddress}/new?from={id}"),
            { Status: StatusCodes.Status404NotFound } => Refused(refusal),
            _ => IsRefused(refusal) ? await ShownAsync(id) : Page(),
        };
    }

    private async Task<IActionResult> ShownAsync(long id)
    {
        if (!await FindSubjectAsync() || Subject.Package is not { } package)
        {
            return UnknownSubject();
        }
        var (row, refused) = await drafts.FindAttemptAsync(package, id, Member, Stop);
        if (row is null)
        {
            return refused!.Code == "attempt-not-found" ? Message("No such attempt", StatusCodes.Status404NotFound, refused.Members!["error"]!.ToString()) : Refused(refused);
        }
        Attempt = row;
        var claims = (await attempts.RecallAsync(row, Stop)).Claims;
        Shown = AttemptAnswers.Of(row, claims);
        IncidentAddress = Member.IsAdministrator && claims is not null
            ? $"-/operator/incidents?kind=project&binding={Uri.EscapeDataString(claims.Binding.Id)}&project={Uri.EscapeDataString(claims.ProjectId)}"
            : null;
        if (row.RefusalCode is not null)
        {
            (Draft, var none) = await drafts.FindAsync(package, id, Member, Stop);
            NoDraft = none?.Members?["error"]?.ToString();
        }
        return Page();
    }
}
