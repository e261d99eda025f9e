using System.Web;
using Microsoft.AspNetCore.Html;

namespace Assay.Server.Pages;

/// <summary>Codes of an app that are being set up, as a person takes them over.</summary>
/// <param name="Address">For the app.</param>
/// <param name="Secret">To be typed.</param>
/// <param name="Drawing">To be scanned; nothing where the address is too long for it.</param>
internal sealed record TotpSetup(string Address, string Secret, IHtmlContent Drawing)
{
    public static TotpSetup? Of(string? address) => address is null
        ? null
        : new TotpSetup(address, HttpUtility.ParseQueryString(new Uri(address).Query)["secret"] ?? "", QrCode.Draw(address, "The same address as a QR code"));
}
