using Assay.Server.Data.Rows;
using Assay.Server.TrustedPublishing;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>What runs tried on a package, newest first.</summary>
[For(Circle.Members)]
internal sealed class AttemptsPage(ReadPackageHead heads, AttemptRights rights, ReadAttempts attempts) : TrustSubjectPage(heads, TrustTab.Attempts)
{
    public IReadOnlyList<ExchangeAttemptRow> Found { get; private set; } = [];

    public string Outcome { get; private set; } = "";

    public string Code { get; private set; } = "";

    /// <summary>Where the next page begins; null when this is the last.</summary>
    public long? Before { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? outcome, string? code, string? before)
    {
        if (!await FindSubjectAsync() || Subject.Package is not { } package)
        {
            return UnknownSubject();
        }
        if (await rights.RefuseAsync(package, Member, Stop) is { } refused)
        {
            return Refused(refused);
        }
        (Outcome, Code) = (outcome ?? "", code ?? "");
        if (!AttemptFilter.TryRead(word => word switch { "outcome" => outcome, "code" => code?.Trim(), "before" => before, _ => null }, out var filter, out var problem))
        {
            IsRefused(problem);
            return Page();
        }
        Found = await attempts.NewestAsync(filter with { Package = package.Value }, Stop);
        Before = Found.Count < filter.Limit ? null : Found[^1].Id;
        return Page();
    }
}
