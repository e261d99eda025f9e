using System.Diagnostics.CodeAnalysis;
using MimeKit;

namespace Assay.Server.Notifications;

/// <summary>Addresses that mail goes to or comes from: one, whole, and nothing else in the text.</summary>
internal static class MailAddress
{
    private const int Longest = 254;

    /// <summary>One address without a name.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out MailboxAddress? address) =>
        TryParseSender(text, out address) && address.Address == text;

    /// <summary>One address, with a name before it or without.</summary>
    public static bool TryParseSender(string text, [NotNullWhen(true)] out MailboxAddress? address)
    {
        address = null;
        if (text.Length is 0 or > Longest || text.Any(char.IsControl) || !MailboxAddress.TryParse(text, out var parsed) || !HasBothParts(parsed.Address))
        {
            return false;
        }
        address = parsed;
        return true;
    }

    // The library takes a name alone for an address on this machine, and a route before one.
    private static bool HasBothParts(string address) =>
        address.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at == address.LastIndexOf('@') && at < address.Length - 1 && !address.Any(char.IsWhiteSpace);
}
