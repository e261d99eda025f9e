using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Assay.Npm;

/// <summary>Turns one alternative of a range into plain comparators, in the steps of node-semver 7 (classes/range.js).</summary>
internal static class RangeGrammar
{
    private const string Nothing = "<0.0.0-0";

    public static bool TryReadComparators(string text, [NotNullWhen(true)] out IReadOnlyList<Comparator>? comparators)
    {
        comparators = null;
        List<Comparator> found = [];
        foreach (var piece in Expand(text).Split(' '))
        {
            if (!TryReadComparator(piece, out var comparator))
                return false;
            found.Add(comparator);
        }

        comparators = found;
        return true;
    }

    private static string Expand(string text)
    {
        text = RangePatterns.BuildMetadata().Replace(text, "");
        text = RangePatterns.Hyphen().Replace(text, ExpandHyphen);
        text = RangePatterns.GapAfterBound().Replace(text, "$1$2$3");
        text = RangePatterns.GapAfterTilde().Replace(text, "$1~");
        text = RangePatterns.GapAfterCaret().Replace(text, "$1^");
        return string.Join(' ', text.Split(' ').Select(ExpandPiece));
    }

    private static string ExpandPiece(string piece)
    {
        piece = RangePatterns.Caret().Replace(piece, match => ExpandCaret(PartialVersion.From(match, 1)));
        piece = ExpandEach(piece, RangePatterns.Tilde(), match => ExpandTilde(PartialVersion.From(match, 1)));
        piece = ExpandEach(piece, RangePatterns.XRange(), ExpandXRange);
        return RangePatterns.Star().Replace(piece.Trim(' '), "", 1);
    }

    private static string ExpandEach(string piece, Regex pattern, MatchEvaluator expand) =>
        string.Join(' ', piece.Split(' ').Select(part => pattern.Replace(part, expand)));

    private static string ExpandHyphen(Match match)
    {
        var from = PartialVersion.From(match, 2);
        var to = PartialVersion.From(match, 7);
        var low = from.MajorIsAny ? ""
            : from.MinorIsAny ? $">={from.Major}.0.0"
            : from.PatchIsAny ? $">={from.Major}.{from.Minor}.0"
            : $">={match.Groups[1].Value}";
        var high = to.MajorIsAny ? ""
            : to.MinorIsAny ? $"<{to.AfterMajor}"
            : to.PatchIsAny ? $"<{to.AfterMinor}"
            : to.Prerelease.Length > 0 ? $"<={to.Major}.{to.Minor}.{to.Patch}-{to.Prerelease}"
            : $"<={match.Groups[6].Value}";
        return $"{low} {high}".Trim(' ');
    }

    private static string ExpandCaret(PartialVersion version) =>
        version.MajorIsAny ? ""
        : version.Major != "0" || version.MinorIsAny ? $">={version.Lowest} <{version.AfterMajor}"
        : version.Minor != "0" || version.PatchIsAny ? $">={version.Lowest} <{version.AfterMinor}"
        : $">={version.Lowest} <{version.AfterPatch}";

    private static string ExpandTilde(PartialVersion version) =>
        version.MajorIsAny ? ""
        : version.MinorIsAny ? $">={version.Lowest} <{version.AfterMajor}"
        : $">={version.Lowest} <{version.AfterMinor}";

    private static string ExpandXRange(Match match)
    {
        var version = PartialVersion.From(match, 2);
        var bound = match.Groups[1].Value;
        if (version.HasNumberAfterAny || !version.PatchIsAny)
            return match.Value;
        if (version.MajorIsAny)
            return bound is ">" or "<" ? Nothing : "*";
        var next = version.MinorIsAny ? version.AfterMajor : version.AfterMinor;
        return bound switch
        {
            ">" => $">={next[..^2]}",
            "<=" => $"<{next}",
            "<" => $"<{version.Lowest}-0",
            ">=" => $">={version.Lowest}",
            _ => $">={version.Lowest} <{next}",
        };
    }

    private static bool TryReadComparator(string piece, [NotNullWhen(true)] out Comparator? comparator)
    {
        comparator = null;
        if (piece is "" or ">=0.0.0")
        {
            comparator = new Comparator("", null);
            return true;
        }

        var match = RangePatterns.Comparator().Match(piece);
        if (match.Success && SemanticVersion.TryParse(match.Groups[2].Value, out var version))
            comparator = new Comparator(match.Groups[1].Value, version);
        return comparator is not null;
    }
}
