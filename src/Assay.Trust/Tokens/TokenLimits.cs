namespace Assay.Trust.Tokens;

/// <summary>How large a token may be before anybody looks inside.</summary>
public sealed record TokenLimits
{
    public static TokenLimits Default { get; } = new();

    public int Characters { get; init; } = 16 * 1024;

    public int Claims { get; init; } = 128;

    public int Depth { get; init; } = 4;

    public int StringCharacters { get; init; } = 4 * 1024;
}
