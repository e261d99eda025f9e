using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Answers;

namespace Assay.Server.Identity;

/// <summary>
/// Reads what <c>npm token create</c> asks for. A missing permission means read-only. A restriction that would not be kept, or is not
/// understood, is refused: ignoring it would give a wider token than its owner believes to have.
/// </summary>
internal static class TokenRequest
{
    private static readonly string[] ListsNotKept = ["scopes", "orgs"];
    private static readonly string[] Dates = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFK"];

    /// <summary>The token wanted, or what is wrong in one sentence.</summary>
    public static (NewAccessToken? Wanted, string? Problem) Read(JsonObject body, IdentityOptions options, DateTimeOffset now)
    {
        if (Restriction(body) is { } restriction)
        {
            return (null, $"This registry cannot restrict tokens by '{restriction}'. Leave it out, or use trusted publishing, which is bound to one package.");
        }
        if (Lifetime(body["expires"], options, now) is not { } lifetime)
        {
            return (null, $"A token's life is 1 to {options.MaximumAccessTokenDays} days, or ends on a day within them (Assay:Identity:MaximumAccessTokenDays).");
        }
        if (Addresses(body) is not { } addresses)
        {
            return (null, "A token's addresses are a list of ranges like 10.0.0.0/8.");
        }
        if (IsReadOnly(body) is not { } isReadOnly)
        {
            return (null, "A token's permission is 'read-only' or 'read-write'.");
        }
        var name = body.Text("name") ?? body.Text("token_description") ?? "unnamed";
        return name.Length > 200
            ? (null, "A token's name may have 200 characters at most.")
            : (new NewAccessToken(name, isReadOnly, lifetime, addresses), null);
    }

    // A star for all packages, and no access to organisations, restrict nothing.
    private static string? Restriction(JsonObject body)
    {
        if (body["packages"] is not (null or JsonArray { Count: 0 }) && body.Texts("packages") is not ["*"])
        {
            return "packages";
        }
        return ListsNotKept.FirstOrDefault(name => body[name] is not (null or JsonArray { Count: 0 }))
            ?? (body["orgs_permission"] is null || body.Text("orgs_permission") == "no-access" ? null : "orgs_permission");
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

    private static bool? IsReadOnly(JsonObject body)
    {
        var (flag, permission) = (body.Flag("readonly"), body.Text("packages_and_scopes_permission"));
        var isUnderstood = (body["readonly"] is null || flag is not null)
            && (body["packages_and_scopes_permission"] is null || permission is "read-only" or "read-write");
        return isUnderstood ? permission == "read-only" || (flag ?? permission != "read-write") : null;
    }
}
