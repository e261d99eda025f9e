using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Trust.Bindings;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;

namespace Assay.Trust.Fixtures;

/// <summary>One case of a fixture file, ready to be tried.</summary>
internal sealed record FixtureTrial
{
    public const string Granted = "granted";

    public required string Name { get; init; }

    public required ProviderDefinition Definition { get; init; }

    public required IssuerBinding Binding { get; init; }

    public required PolicyDraft Draft { get; init; }

    public required JsonObject Payload { get; init; }

    /// <summary>The registry's own audience.</summary>
    public required string Audience { get; init; }

    public required string Expect { get; init; }

    /// <summary>A minute after the token was issued.</summary>
    public DateTimeOffset Now =>
        DateTimeOffset.FromUnixTimeSeconds(Payload["iat"] is JsonValue value && value.TryGetValue(out long seconds) ? seconds : 0).AddMinutes(1);

    public TrustPolicy Policy() =>
        TrustPolicy.TryCreate(Definition, Draft, new PolicyLife("fixture", Now.AddDays(-1)), out var policy, out var problems)
            ? policy
            : throw new FormatException($"{Name}: {string.Join(' ', problems)}");

    /// <summary>What a token with this payload would come to, all but its signature.</summary>
    public string Outcome()
    {
        if (StrictJson.Parse(Encoding.UTF8.GetBytes(Payload.ToJsonString()), TokenLimits.Default) is not { } payload)
        {
            return RefusalCodes.MalformedToken;
        }
        AssumedClaims? claims = null;
        var refusal = CheckIssuer(payload)
            ?? TokenEnvelope.CheckAudience(payload, Binding.Audiences(new HashSet<string> { Audience }))
            ?? TokenEnvelope.CheckTimes(payload, Definition.Token, Now, TokenVerification.MaximumLeeway, out _)
            ?? TokenVerification.TryAssume(payload, Definition, Binding, out claims);
        return refusal?.Code ?? Decide(claims!);
    }

    public string Decide(RunClaims claims)
    {
        var question = new TrustQuestion(Draft.Target, Draft.Actions, Now, EvaluatorOptions.Default);
        var decision = PolicyEvaluator.Evaluate(question, new PolicySet([Policy()]), claims);
        return decision is Decision.Refused refused ? refused.Refusal.Code : Granted;
    }

    private Refusal? CheckIssuer(JsonElement payload) =>
        payload.TryGetProperty("iss", out var issuer) && issuer.ValueKind is JsonValueKind.String && issuer.ValueEquals(Binding.Issuer)
            ? null
            : new Refusal(RefusalCodes.UnknownIssuer, "");
}
