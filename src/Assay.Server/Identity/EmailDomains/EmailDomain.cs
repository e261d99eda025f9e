using System.Globalization;
using System.Net;

namespace Assay.Server.Identity;

internal static class EmailDomain
{
    private static readonly IdnMapping Wire = new() { UseStd3AsciiRules = true };

    /// <summary>As name servers know it; null where there is nothing to ask: nobody registers a name without a dot, and an address in numbers has no name.</summary>
    public static string? Of(string email)
    {
        var text = email[(email.LastIndexOf('@') + 1)..].TrimEnd('.');
        if (!text.Contains('.', StringComparison.Ordinal) || IPAddress.TryParse(text, out _))
        {
            return null;
        }
        try
        {
            return Wire.GetAscii(text).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
