namespace Assay.Trust.Refusals;

/// <summary>The value of an <c>npm-notice</c> header, which the client prints into CI logs as it is.</summary>
public static class Notice
{
    public const int DefaultLimit = 1000;

    /// <summary>One line of printable ASCII without CI commands, at most <paramref name="limit"/> characters.</summary>
    public static string From(string text, int limit = DefaultLimit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 4);
        return Printable.Cut(Printable.WithoutCommands(Printable.Ascii(text)), limit).Trim();
    }
}
