using System.Text.Json.Nodes;
using Assay.Trust.Bindings;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;

namespace Assay.Core.Tests.Trust;

/// <summary>A provider's complete, valid run with a pinned policy that grants it; a test changes one thing.</summary>
internal sealed record Fixture
{
    public const string Package = "@acme/x";

    public required ProviderDefinition Definition { get; init; }

    public required JsonObject Payload { get; init; }

    public required IssuerBinding Binding { get; init; }

    public required PolicyDraft Draft { get; init; }

    public string Audience { get; init; } = "npm:packages.example.test";

    /// <summary>A minute after the token was issued.</summary>
    public DateTimeOffset Now { get; init; }

    public DateTimeOffset? ArmedAt { get; init; }

    public static Fixture GitHub() => Read("github");

    public static Fixture GitLab() => Read("gitlab");

    public static Fixture CircleCi() => Read("circleci");

    public static JsonObject File(string provider) =>
        JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Trust", "Fixtures", provider + ".json")))!.AsObject();

    public static Fixture Read(string provider)
    {
        var file = File(provider);
        var payload = file["payload"]!.DeepClone().AsObject();
        var binding = Bind(provider, file["issuer"]!.GetValue<string>());
        return new Fixture
        {
            Definition = ProviderCatalog.Shipped.Find(provider)!,
            Payload = payload,
            Binding = binding,
            Now = IssuedAt(payload).AddMinutes(1),
            Draft = new PolicyDraft
            {
                Package = Package,
                BindingId = binding.Id,
                Actions = TrustActions.Publish | TrustActions.DistTag,
                Fields = Fields(file["policy"]!.AsObject()),
                Pins = file["pins"]!.AsObject().ToDictionary(pin => pin.Key, pin => pin.Value!.GetValue<string>()),
            },
        };
    }

    public static DateTimeOffset IssuedAt(JsonObject payload) => DateTimeOffset.FromUnixTimeSeconds(payload["iat"]!.GetValue<long>());

    public static Dictionary<string, IReadOnlyList<string>> Fields(JsonObject json) =>
        json.ToDictionary(field => field.Key, field => (IReadOnlyList<string>)[.. field.Value!.AsArray().Select(value => value!.GetValue<string>())]);

    public static IssuerBinding Bind(string provider, string issuer, Dictionary<string, string>? constants = null, params string[] names)
    {
        var draft = new BindingDraft
        {
            Id = issuer,
            ProviderId = provider,
            Issuer = issuer,
            Names = names.Length > 0 ? names : ["@acme/*"],
            Constants = constants ?? [],
        };
        return IssuerBinding.TryCreate(ProviderCatalog.Shipped, draft, out var binding, out var problems)
            ? binding
            : throw new InvalidOperationException(string.Join(' ', problems));
    }

    public Fixture With(string claim, JsonNode? value)
    {
        var payload = Payload.DeepClone().AsObject();
        payload[claim] = value;
        return this with { Payload = payload };
    }

    public Fixture Patched(JsonObject patch) => this with { Payload = MergePatch.Apply(Payload, patch) };

    public Fixture WithField(string name, params string[] values) =>
        this with { Draft = Draft with { Fields = new Dictionary<string, IReadOnlyList<string>>(Draft.Fields) { [name] = values } } };

    public Fixture Unpinned() => this with { Draft = Draft with { Pins = new Dictionary<string, string>() } };

    public TrustPolicy Policy(string id = "policy-1") =>
        TrustPolicy.TryCreate(Definition, Draft, id, ArmedAt ?? Now.AddDays(-1), 1, out var policy, out var problems)
            ? policy
            : throw new InvalidOperationException(string.Join(' ', problems));

    public Verification Verify() => Verify(TestIssuer.Sign(Payload));

    public Verification Verify(string text) =>
        UnverifiedToken.TryParse(text, TokenLimits.Default, out var token, out var refusal)
            ? TokenVerification.Verify(
                token, Definition, Binding, TestIssuer.Keys, new HashSet<string> { Audience }, Now, TokenVerification.MaximumLeeway)
            : new Verification.Refused(refusal);

    public VerifiedClaims Claims() => Assert.IsType<Verification.Verified>(Verify()).Claims;

    public Refusal TokenRefusal() => Assert.IsType<Verification.Refused>(Verify()).Refusal;

    public Decision Decide(params IReadOnlyList<TrustPolicy> policies) =>
        PolicyEvaluator.Evaluate(Package, policies, Claims(), ActionClass.Publish, Now, EvaluatorOptions.Default);

    public Decision Decide() => Decide([Policy()]);

    public Decision.Granted Granted() => Assert.IsType<Decision.Granted>(Decide());

    public Decision.Refused Refused() => Assert.IsType<Decision.Refused>(Decide());

    /// <summary><c>granted</c>, or the code of the refusal at whichever step it came.</summary>
    public string Outcome(TrustPolicy policy) => Verify() switch
    {
        Verification.Refused refused => refused.Refusal.Code,
        _ => Decide([policy]) is Decision.Refused refused ? refused.Refusal.Code : "granted",
    };
}
