using Assay.Server.Identity;

namespace Assay.Server.Pages;

/// <summary>The second factor in a form that was sent: a code, or a passkey by way of the script.</summary>
internal static class FormFactor
{
    /// <summary>What was given; <c>IsBad</c> when a passkey was and does not verify.</summary>
    public static async Task<(FactorAnswer? Answer, bool IsBad)> ReadAsync(
        this Passkeys passkeys, HttpContext context, IFormCollection form, string page, CancellationToken cancellationToken)
    {
        if (form["passkey"].ToString() is { Length: > 0 } shown)
        {
            var used = await passkeys.UsedAsync(context, page, form["ceremony"].ToString(), shown, cancellationToken);
            return (used, used is null);
        }
        return form["factor"].ToString().Trim() is { Length: > 0 } code ? (new FactorAnswer.Code(code), false) : (null, false);
    }
}
