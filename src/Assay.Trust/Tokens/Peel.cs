namespace Assay.Trust.Tokens;

/// <summary>
/// Cuts known text off both ends of a reference. File names and refs may hold any number of <c>@</c>, so no search for one is right;
/// repository and ref come as signed claims of their own, so none is needed.
/// </summary>
internal static class Peel
{
    private const int MaximumLength = 1024;

    public static bool IsSound(string? value) =>
        value is { Length: > 0 and <= MaximumLength } && !value.Any(character => char.IsControl(character) || character == '\\');

    public static string? Tail(string? value, string tail) =>
        value is not null && value.EndsWith(tail, StringComparison.Ordinal) ? value[..^tail.Length] : null;

    /// <summary>Owners, repositories and hosts ignore the case of ASCII letters; what is not ASCII must not fold onto it.</summary>
    public static string? HeadIgnoringAsciiCase(string? value, string head) =>
        value is not null && value.Length >= head.Length && System.Text.Ascii.EqualsIgnoreCase(value.AsSpan(0, head.Length), head)
            ? value[head.Length..]
            : null;
}
