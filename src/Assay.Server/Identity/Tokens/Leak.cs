using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Audit;

namespace Assay.Server.Identity;

/// <summary>That somebody found a token where it does not belong.</summary>
/// <param name="Reporter">Who says so; anybody can.</param>
/// <param name="Where">The host on which it was found, and in what. Never the address, which can have the token in it.</param>
internal sealed record Leak(Actor Reporter, string Where);

/// <summary>One token of a report, as secret scanners send it.</summary>
/// <param name="Token">Null for what is no token of this kind.</param>
/// <param name="Type">The scanner's own name for the kind, given back to it.</param>
/// <param name="Where">See <see cref="Leak.Where"/>.</param>
/// <param name="Hash">SHA-256 of what was reported, by which the answer names it.</param>
internal sealed record ReportedToken(NpmToken? Token, string Type, string Where, string Hash)
{
    public const int MostInOneReport = 100;

    private const int LongestToken = 1_000;
    private const int LongestWord = 100;

    // Shorter than a token.
    private const int LongestSource = 30;

    /// <summary>Null for what is not a report.</summary>
    public static IReadOnlyList<ReportedToken>? ReadAll(JsonNode? body)
    {
        if (body is not JsonArray { Count: > 0 and <= MostInOneReport } array)
        {
            return null;
        }
        var read = array.Select(item => Read(item as JsonObject)).OfType<ReportedToken>().ToList();
        return read.Count == array.Count ? read : null;
    }

    private static ReportedToken? Read(JsonObject? item)
    {
        if (item?.Text("token") is not { Length: > 0 and <= LongestToken } text || item.Text("type") is { Length: > LongestWord })
        {
            return null;
        }
        return new ReportedToken(NpmToken.TryParse(text, out var token) ? token : null, item.Text("type") ?? "", WhereOf(item, text), Convert.ToHexStringLower(TokenHash.Of(text).ToArray()));
    }

    // Whoever reports chooses the words, and could put the token into them.
    private static string WhereOf(JsonObject item, string token)
    {
        var host = Uri.TryCreate(item.Text("url"), UriKind.Absolute, out var url) && url.IdnHost is { Length: > 0 and <= LongestWord } named
            && !named.Contains(token, StringComparison.OrdinalIgnoreCase) ? named : "a place that was not named";
        return item.Text("source") is { Length: > 0 and <= LongestSource } source && source.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-')
            ? $"found at {host}, in {source}"
            : $"found at {host}";
    }
}
