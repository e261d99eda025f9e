using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Answers;

namespace Assay.Server.Identity;

/// <summary>
/// Reads what <c>npm token create</c> asks for, in the words that npm sends and in those that are documented. A restriction that is not understood, or that contradicts
/// another, is refused: ignoring it would give a wider token than its owner believes to have.
/// </summary>
internal static class TokenRequest
{
    private const int LongestName = 200;
    private const int LongestDescription = 1_000;

    private static readonly string[] Dates = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFK"];

    /// <summary>The token wanted, or what is wrong in one sentence.</summary>
    public static (NewAccessToken? Wanted, string? Problem) Read(JsonObject body, IdentityOptions options, DateTimeOffset now)
    {
        if (Lifetime(body["expires"], options, now) is not { } lifetime)
        {
            return (null, $"A token's life is 1 to {options.MaximumAccessTokenDays} days, or ends on a day within them (Assay:Identity:MaximumAccessTokenDays).");
        }
        if (Addresses(body) is not { } addresses)
        {
            return (null, "A token's addresses are a list of ranges like 10.0.0.0/8.");
        }
        var (reach, problem) = ReachRequest.Read(body, options);
        if (reach is null)
        {
            return (null, problem);
        }
        var name = body.Text("name") ?? body.Text("token_description") ?? "unnamed";
        var description = body.Text("description") ?? body.Text("token_description");
        return name.Length > LongestName || description?.Length > LongestDescription
            ? (null, $"A token's name may have {LongestName} characters at most, and its description {LongestDescription}.")
            : (new NewAccessToken(name, reach, lifetime, addresses) { Description = description }, null);
    }

    private static TimeSpan? Lifetime(JsonNode? expires, IdentityOptions options, DateTimeOffset now)
    {
        if (expires is null)
        {
            return TimeSpan.FromDays(options.AccessTokenDays);
        }
        if (expires is not JsonValue value)
        {
            return null;
        }
        TimeSpan? asked = value.TryGetValue(out int days) ? TimeSpan.FromDays(Math.Clamp(days, 0, 10_000))
            : value.TryGetValue(out string? text) && TryReadDate(text, out var end) ? end - now
            : null;
        return asked > TimeSpan.Zero && asked <= TimeSpan.FromDays(options.MaximumAccessTokenDays) ? asked : null;
    }

    private static bool TryReadDate(string? text, out DateTimeOffset date) =>
        DateTimeOffset.TryParseExact(text, Dates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out date);

    private static IReadOnlyList<string>? Addresses(JsonObject body)
    {
        var (old, current) = (body["cidr_whitelist"], body["cidr"]);
        if (old is null && current is null)
        {
            return [];
        }
        var ranges = old is null ? body.Texts("cidr") : current is null ? body.Texts("cidr_whitelist") : null;
        return ranges is not null && ranges.All(range => IPNetwork.TryParse(range, out _)) ? ranges : null;
    }
}
