using Assay.Server.Answers;
using Assay.Server.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Server.Pages;

/// <summary>What the operator's pages have in common: what was done is told after the redirect, so that a reload does not do it again.</summary>
internal abstract class OperatorPage : RegistryPage
{
    /// <summary>What the words of <c>?done=</c> mean. Nothing else from the address is shown.</summary>
    protected abstract IReadOnlyDictionary<string, string> Sentences { get; }

    protected AccountActor Administrator => AccountActor.Of(Member);

    /// <summary>Says what the address says was done.</summary>
    protected void SayDone() => Said = Sentences.GetValueOrDefault(Request.Query["done"].ToString());

    /// <summary>Back to a page of ours, this one unless another is named.</summary>
    protected IActionResult Done(string word, string? page = null) => Redirect($"{Request.PathBase}{page ?? Request.Path.Value}?done={word}");

    /// <summary>The second factor, for an act of this page.</summary>
    protected Func<Task<JsonAnswer?>> Ask(SecondFactorGate gate, string words, params ReadOnlySpan<string?> parts)
    {
        var act = SensitiveAct.Of(words, [words, .. parts]);
        return () => gate.RefuseAsync(HttpContext, Member, act, Stop);
    }

    /// <summary>What was typed into a field, for a form that is shown again; otherwise what stands there at first.</summary>
    public string Typed(string field, string? first = null) => Request.HasFormContentType && Request.Form.TryGetValue(field, out var text) ? text.ToString() : first ?? "";

    /// <summary>What was typed, or what a link fills in. A link does no more than that: nothing of its query reaches an operation.</summary>
    public string Filled(string field, string? first = null) => Typed(field, Request.Query[field].ToString() is { Length: > 0 } asked ? asked : first);

    /// <summary>Whether a box is ticked, in a form that is shown again; otherwise whether it is at first.</summary>
    public bool IsTicked(string field, bool first = false) => Request.HasFormContentType ? Request.Form[field] == "true" : first;

    protected static IReadOnlyList<string> Lines(string? text) =>
        (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
