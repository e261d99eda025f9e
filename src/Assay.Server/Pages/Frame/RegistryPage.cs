using Assay.Server.Answers;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Assay.Server.Pages;

/// <summary>What all pages have: their visitor, and a way to say what went wrong. A form is shown again with its refusal.</summary>
internal abstract class RegistryPage : PageModel
{
    public Visitor Visitor => HttpContext.Features.GetRequiredFeature<Visitor>();

    /// <summary>On pages for members alone.</summary>
    public Caller.Member Member => Visitor.Member ?? throw new InvalidOperationException("This page is for members, and says so with [For].");

    /// <summary>Why what was sent was not done; shown above the form.</summary>
    public string? Problem { get; private set; }

    /// <summary>The refusal's stable code, by which people find it in the documentation.</summary>
    public string? ProblemCode { get; private set; }

    /// <summary>What was done, or is good to know.</summary>
    public string? Said { get; protected set; }

    protected CancellationToken Stop => HttpContext.RequestAborted;

    /// <summary>Where the visitor is.</summary>
    protected string Address => Visitor.Caller.Address;

    /// <summary>The second factor in the form that was sent.</summary>
    protected FactorAnswer? GivenFactor => HttpContext.Features.Get<GivenOnPage>()?.Answer;

    /// <summary>A field of the form that was sent; empty when it is not there.</summary>
    protected string Sent(string field) => Request.HasFormContentType ? Request.Form[field].ToString() : "";

    /// <summary>Shows the page again with the refusal. False when there is none.</summary>
    protected bool IsRefused(JsonAnswer? refusal) => refusal is not null && Refuse(refusal.Members?["error"]?.ToString() ?? "This was refused.", refusal.Code, refusal.Status);

    protected bool IsRefused(Denial? denial) => denial is not null && Refuse(denial.Text, denial.Code, denial.Status);

    protected bool IsRefused(string? problem) => problem is not null && Refuse(problem, null, StatusCodes.Status400BadRequest);

    /// <summary>A page in place of this one, with a few sentences.</summary>
    protected static IActionResult Message(string title, int status, params IReadOnlyList<string> sentences) => MessagePage.Of(title, status, sentences);

    /// <summary>What does not exist, and what this visitor may not know: one page.</summary>
    protected IActionResult Unknown(string what) => MessagePage.Unknown(what, HttpContext);

    private bool Refuse(string text, string? code, int status)
    {
        (Problem, ProblemCode) = (text, code);
        // 401 would make browsers ask for a password of theirs.
        Response.StatusCode = status is StatusCodes.Status401Unauthorized ? StatusCodes.Status400BadRequest : status;
        return true;
    }
}
