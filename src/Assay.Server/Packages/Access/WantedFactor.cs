using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary><c>npm access set mfa=…</c>, which sets the lock: npm has a word for each but <c>oidc-only</c>.</summary>
internal static class WantedFactor
{
    private const string RequiresFactor = "publish_requires_tfa";
    private const string AutomationOverrides = "automation_token_overrides_tfa";

    public static bool IsAsked([NotNullWhen(true)] JsonNode? json) =>
        json is JsonObject body && (body.ContainsKey(RequiresFactor) || body.ContainsKey(AutomationOverrides));

    /// <summary><c>none</c> and <c>automation</c> let tokens do without a second factor, <c>publish</c> does not. pnpm sends only whether it is required.</summary>
    public static PublishLock? Read(JsonNode json) => json is JsonObject body && body.Flag(RequiresFactor) is { } requires && IsKnown(body)
        ? requires && body.Flag(AutomationOverrides) is not true ? PublishLock.SecondFactorOrOidc : PublishLock.TokensAllowed
        : null;

    public static JsonAnswer Unreadable() => NpmError.BadRequest(
        $"Say {RequiresFactor}, true or false, with {AutomationOverrides} or without, and nothing else in the same request.", "invalid-lock");

    private static bool IsKnown(JsonObject body) => body.All(member =>
        member.Key == RequiresFactor || (member.Key == AutomationOverrides && body.Flag(AutomationOverrides) is not null));
}
