using System.Diagnostics.CodeAnalysis;
using Assay.Server.Packages;

namespace Assay.Server.TrustedPublishing;

/// <summary>Why something is frozen or quarantined: one line, shown to whoever it stops.</summary>
internal static class StatedReason
{
    private const int Longest = 300;

    public static bool TryRead(string? text, [NotNullWhen(true)] out string? reason, [NotNullWhen(false)] out Denial? denial)
    {
        var trimmed = text?.Trim().TrimEnd('.') ?? "";
        var isGood = trimmed.Length is > 0 and <= Longest && !trimmed.Any(char.IsControl);
        reason = isGood ? trimmed : null;
        denial = isGood ? null : new Denial(
            StatusCodes.Status400BadRequest, "reason-needed", $"Say why, in one line of {Longest} characters at most: it is shown to those whom it stops.");
        return isGood;
    }
}
