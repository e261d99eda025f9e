using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Assay.Trust.Policies;

/// <summary>What makes a publish wait for people although the policy grants it.</summary>
[Flags]
public enum DivertReasons
{
    None = 0,

    /// <summary>A workflow file that no version of the package came from.</summary>
    Workflow = 1,

    /// <summary>A tag where there were branches only, or the other way round.</summary>
    RefKind = 2,

    /// <summary>Another kind of machine.</summary>
    Runner = 4,

    /// <summary>An install script where the version before had none.</summary>
    InstallScript = 8,

    /// <summary>No provenance where the version before had some.</summary>
    Provenance = 16,
}

/// <summary>The part of a policy that diverts publishes to the stages. An empty one diverts nothing.</summary>
public sealed record DivertRules
{
    private const string PerDay = "versions-per-day:";
    private const int MostPerDay = 1000;

    private static readonly (DivertReasons Reason, string Word)[] Words =
    [
        (DivertReasons.Workflow, "new-workflow"),
        (DivertReasons.RefKind, "new-ref-kind"),
        (DivertReasons.Runner, "new-runner"),
        (DivertReasons.InstallScript, "new-install-script"),
        (DivertReasons.Provenance, "lost-provenance"),
    ];

    public static DivertRules None { get; } = new();

    /// <summary>For people: what can be said.</summary>
    public static string Expectation => $"{string.Join(", ", Words.Select(each => each.Word))} and {PerDay}N";

    public DivertReasons Reasons { get; private init; }

    /// <summary>How many versions of a package may come within a day; null for any number.</summary>
    public int? VersionsPerDay { get; private init; }

    /// <summary>Reads the words of a policy; false when one is unknown, or there are two numbers.</summary>
    public static bool TryParse(IReadOnlyList<string> words, [NotNullWhen(true)] out DivertRules? rules)
    {
        rules = None;
        foreach (var word in words)
        {
            var known = Array.Find(Words, each => each.Word == word).Reason;
            if (known is not DivertReasons.None)
            {
                rules = rules with { Reasons = rules.Reasons | known };
            }
            else if (rules.VersionsPerDay is null && PerDayOf(word) is { } most)
            {
                rules = rules with { VersionsPerDay = most };
            }
            else
            {
                rules = null;
                return false;
            }
        }
        return true;
    }

    /// <summary>The words that read back as these rules.</summary>
    public IReadOnlyList<string> ToWords() =>
    [
        .. Words.Where(each => Reasons.HasFlag(each.Reason)).Select(each => each.Word),
        .. VersionsPerDay is { } most ? [$"{PerDay}{most.ToString(CultureInfo.InvariantCulture)}"] : Array.Empty<string>(),
    ];

    /// <summary>Whether whatever the other diverts is diverted by these as well.</summary>
    public bool Covers(DivertRules other) =>
        (other.Reasons & ~Reasons) is DivertReasons.None && (other.VersionsPerDay is null || VersionsPerDay <= other.VersionsPerDay);

    private static int? PerDayOf(string word) =>
        word.StartsWith(PerDay, StringComparison.Ordinal)
        && int.TryParse(word.AsSpan(PerDay.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most is >= 1 and <= MostPerDay
            ? most
            : null;
}
