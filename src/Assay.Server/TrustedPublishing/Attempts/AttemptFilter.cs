using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Assay.Server.TrustedPublishing;

/// <summary>Which attempts somebody wants to see, newest first.</summary>
internal sealed record AttemptFilter
{
    public const int MostAtOnce = 200;

    /// <summary>Null for every name.</summary>
    public string? Package { get; init; }

    /// <summary>True for grants, false for refusals, null for both.</summary>
    public bool? IsGranted { get; private init; }

    public string? Code { get; private init; }

    /// <summary>Only those older than this one.</summary>
    public long? Before { get; private init; }

    public int Limit { get; private init; } = 50;

    /// <summary>Reads the words of a query; each may be missing.</summary>
    public static bool TryRead(Func<string, string?> word, [NotNullWhen(true)] out AttemptFilter? filter, [NotNullWhen(false)] out string? problem)
    {
        filter = null;
        var read = new AttemptFilter { Code = word("code") is { Length: > 0 } code ? code : null };
        problem = Outcome(word("outcome"), ref read) ?? Numbers(word("before"), word("limit"), ref read);
        filter = problem is null ? read : null;
        return filter is not null;
    }

    private static string? Outcome(string? outcome, ref AttemptFilter filter)
    {
        filter = filter with { IsGranted = string.IsNullOrEmpty(outcome) ? null : outcome == "granted" };
        return outcome is null or "" or "granted" or "refused" ? null : "'outcome' is granted or refused.";
    }

    private static string? Numbers(string? before, string? limit, ref AttemptFilter filter)
    {
        if (!string.IsNullOrEmpty(before))
        {
            if (!long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                return "'before' is the id of an attempt.";
            }
            filter = filter with { Before = id };
        }
        if (!string.IsNullOrEmpty(limit))
        {
            if (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var most) || most is 0 or > MostAtOnce)
            {
                return $"'limit' is 1 to {MostAtOnce}.";
            }
            filter = filter with { Limit = most };
        }
        return null;
    }
}
