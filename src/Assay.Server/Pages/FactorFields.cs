using Assay.Server.Identity;

namespace Assay.Server.Pages;

/// <summary>The part of a form in which a second factor is given: a code, or a passkey by way of the script.</summary>
internal static class FactorFields
{
    /// <summary>For the form's own tag.</summary>
    public static string Attributes(Ceremony? use, Ceremony? make = null) =>
        (use is null ? "" : Page.Markup($" data-use=\"{use.Options}\"")) + (make is null ? "" : Page.Markup($" data-make=\"{make.Options}\""));

    public static string Fields(Ceremony? use, string label) => Page.Markup($"""
        <label>{label} <input name="factor" autocomplete="one-time-code"></label>
        """) + Hidden(use);

    public static string Hidden(Ceremony? use) => Page.Markup($"""
        <input type="hidden" name="ceremony" value="{use?.Sealed}"><input type="hidden" name="passkey">
        <p class="problem" role="alert" data-problem hidden></p>
        """);

    /// <summary>Shown by the script, where the browser has passkeys.</summary>
    public static string UseButton(string text) => Page.Markup($"""<button data-passkey="use" formnovalidate hidden>{text}</button>""");

    /// <summary>What was given; <c>IsBad</c> when a passkey was and does not verify.</summary>
    public static async Task<(FactorAnswer? Answer, bool IsBad)> ReadAsync(
        this Passkeys passkeys, HttpContext context, IFormCollection form, string page, CancellationToken cancellationToken)
    {
        if (form.Text("passkey") is { Length: > 0 } shown)
        {
            var used = await passkeys.UsedAsync(context, page, form.Text("ceremony"), shown, cancellationToken);
            return (used, used is null);
        }
        return form.Text("factor").Trim() is { Length: > 0 } code ? (new FactorAnswer.Code(code), false) : (null, false);
    }
}
