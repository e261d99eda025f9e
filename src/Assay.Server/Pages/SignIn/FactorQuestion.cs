using Assay.Server.Identity;

namespace Assay.Server.Pages;

/// <summary>The foot of a form in which a second factor is given before there is a session: a code, or a passkey by way of the script.</summary>
/// <param name="Button">What the button says.</param>
/// <param name="PasskeyButton">What the button with a passkey says.</param>
/// <param name="Use">For the browser's passkey functions; null while there are none to be asked for.</param>
internal sealed record FactorQuestion(string Button, string PasskeyButton, Ceremony? Use)
{
    /// <summary>What the field for a code is called.</summary>
    public string Label { get; init; } = "Authenticator code";

    /// <summary>What else is to be known of it.</summary>
    public string Hint { get; init; } = "Only if you have set one up. A recovery code works too.";

    /// <summary>Whether codes do not count here.</summary>
    public bool IsPasskeyAlone { get; init; }
}
