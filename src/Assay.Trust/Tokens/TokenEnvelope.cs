using System.Text.Json;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;

namespace Assay.Trust.Tokens;

/// <summary>Audience and times.</summary>
internal static class TokenEnvelope
{
    public static Refusal? CheckAudience(JsonElement payload, IReadOnlySet<string> audiences)
    {
        // A token for two audiences is good at another place too, where it could be picked up and replayed here.
        return Audience(payload) is { } only && audiences.Contains(only)
            ? null
            : new Refusal(
                RefusalCodes.WrongAudience,
                $"The identity token's audience is {ShownAudience(payload)}; this registry expects {ShownAudiences(audiences)}.");
    }

    public static string ShownAudience(JsonElement payload) => Audience(payload) is { } only ? $"'{Printable.Value(only)}'" : "not one text";

    public static string ShownAudiences(IReadOnlySet<string> audiences) =>
        string.Join(" or ", audiences.Order(StringComparer.Ordinal).Select(audience => $"'{audience}'"));

    public static string ShownTimes(JsonElement payload) =>
        string.Join(", ", new[] { ("issued", "iat"), ("valid from", "nbf"), ("expires", "exp") }
            .Select(time => Time(payload, time.Item2) is { } at ? $"{time.Item1} {Shown(at)}" : null).OfType<string>().DefaultIfEmpty("none"));

    public static Refusal? CheckTimes(JsonElement payload, TokenRules rules, DateTimeOffset now, TimeSpan leeway, out TokenTimes times)
    {
        times = default;
        foreach (var name in rules.RequireTimes.Union(["iat", "exp"]).Where(name => !payload.TryGetProperty(name, out _)))
        {
            return new Refusal(RefusalCodes.ClaimMissing, $"The identity token has no claim '{name}'.");
        }
        if (Time(payload, "iat") is not { } issuedAt || Time(payload, "exp") is not { } expiresAt
            || payload.TryGetProperty("nbf", out _) && Time(payload, "nbf") is null || expiresAt <= issuedAt)
        {
            return UnverifiedToken.Malformed("its times (iat, exp, nbf) must be whole seconds, in order");
        }
        times = new TokenTimes(issuedAt, expiresAt);
        var notBefore = Time(payload, "nbf") is { } given && given > issuedAt ? given : issuedAt;
        return CheckWindow(times, notBefore, now, leeway) ?? CheckLimits(times, rules, now, leeway);
    }

    // The record of its use may be among what was lost. Issuers say the time to the second, rounded down: in doubt it was before.
    public static Refusal? CheckRestore(DateTimeOffset issuedAt, DateTimeOffset restored) => issuedAt >= restored ? null : new Refusal(
        RefusalCodes.IssuedBeforeRestore,
        $"The identity token was issued at {issuedAt:u}, and the registry was restored from a backup at {restored:u}. Run the job again: a new token is good.");

    public static DateTimeOffset? IssuedAt(JsonElement payload) => Time(payload, "iat");

    private static Refusal? CheckWindow(TokenTimes times, DateTimeOffset notBefore, DateTimeOffset now, TimeSpan leeway)
    {
        if (notBefore > now + leeway)
        {
            return new Refusal(
                RefusalCodes.TokenNotYetValid,
                $"The identity token is valid from {Shown(notBefore)}; it is {Shown(now)} here. Compare the clocks.");
        }
        return times.ExpiresAt + leeway > now ? null : new Refusal(
            RefusalCodes.TokenExpired,
            $"The identity token expired at {Shown(times.ExpiresAt)}; it is {Shown(now)} here. Request a new one in the job.");
    }

    private static Refusal? CheckLimits(TokenTimes times, TokenRules rules, DateTimeOffset now, TimeSpan leeway)
    {
        if (times.ExpiresAt - times.IssuedAt > TimeSpan.FromSeconds(rules.MaxLifetimeSeconds))
        {
            return new Refusal(RefusalCodes.TokenLivesTooLong, $"The identity token lives longer than {rules.MaxLifetimeSeconds} seconds.");
        }
        return now - times.IssuedAt <= TimeSpan.FromSeconds(rules.MaxAgeSeconds) + leeway ? null : new Refusal(
            RefusalCodes.TokenTooOld,
            $"The identity token was issued at {Shown(times.IssuedAt)}, more than {rules.MaxAgeSeconds} seconds ago.");
    }

    private static string? Audience(JsonElement payload)
    {
        var presented = payload.TryGetProperty("aud", out var element) ? element : default;
        if (presented.ValueKind is JsonValueKind.Array && presented.GetArrayLength() == 1)
        {
            presented = presented[0];
        }
        return presented.ValueKind is JsonValueKind.String ? presented.GetString() : null;
    }

    private static DateTimeOffset? Time(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var element) && element.ValueKind is JsonValueKind.Number
        && element.TryGetInt64(out var seconds) && seconds is > 0 and < 253_402_300_800 - 86_400
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    public static string Shown(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
}

internal readonly record struct TokenTimes(DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);
