using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Assay.Trust.Bindings;
using Assay.Trust.Evaluation;
using Assay.Trust.Fixtures;
using Assay.Trust.Policies;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Core.Tests.Trust;

/// <summary>A provider's complete, valid run with a pinned policy that grants it; a test changes one thing.</summary>
internal sealed record Fixture
{
    public const string Package = "@acme/x";

    private static readonly ConcurrentDictionary<string, DefinitionFixtures> Known = [];

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

    public static IEnumerable<string> Files => Directory.EnumerateFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension).Order()!;

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Trust", "Fixtures");

    public static byte[] Bytes(string provider) => System.IO.File.ReadAllBytes(Path.Combine(Folder, provider + ".json"));

    public static DefinitionFixtures File(string provider) => Known.GetOrAdd(provider, ReadFile);

    private static DefinitionFixtures ReadFile(string provider) =>
        DefinitionFixtures.TryRead(Bytes(provider), ProviderCatalog.Shipped, out var fixtures, out var problems)
            ? fixtures
            : throw new InvalidOperationException($"{provider}: {string.Join(' ', problems)}");

    public static Fixture Read(string provider) => From(File(provider).Valid);

    public static Fixture From(FixtureTrial trial) => new()
    {
        Definition = trial.Definition,
        Payload = trial.Payload.DeepClone().AsObject(),
        Binding = trial.Binding,
        Now = trial.Now,
        Draft = trial.Draft,
        Audience = trial.Audience,
    };

    public static DateTimeOffset IssuedAt(JsonObject payload) => DateTimeOffset.FromUnixTimeSeconds(payload["iat"]!.GetValue<long>());

    public static NamePattern Pattern(string text) =>
        NamePattern.TryParse(text, out var pattern) ? pattern : throw new InvalidOperationException(text);

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
        TrustPolicy.TryCreate(Definition, Draft, new PolicyLife(id, ArmedAt ?? Now.AddDays(-1)), out var policy, out var problems)
            ? policy
            : throw new InvalidOperationException(string.Join(' ', problems));

    public Verification Verify() => Verify(TestIssuer.Sign(Payload));

    public Verification Verify(string text) => Verify(text, TestIssuer.Key(Definition.Keys.Use));

    public Verification Verify(string text, params IReadOnlyList<JsonWebKey> keys) =>
        UnverifiedToken.TryParse(text, TokenLimits.Default, out var token, out var refusal)
            ? TokenVerification.Verify(
                token, Definition, Binding, keys, new HashSet<string> { Audience }, Now, TokenVerification.MaximumLeeway)
            : new Verification.Refused(refusal);

    public VerifiedClaims Claims() => Assert.IsType<Verification.Verified>(Verify()).Claims;

    public Refusal TokenRefusal() => Assert.IsType<Verification.Refused>(Verify()).Refusal;

    public Decision Decide(params IReadOnlyList<TrustPolicy> policies) =>
        PolicyEvaluator.Evaluate(Question(TrustActions.Publish), new PolicySet(policies), Claims());

    public TrustQuestion Question(TrustActions wanted, string names = Package) => new(Pattern(names), wanted, Now, EvaluatorOptions.Default);

    public Decision Decide() => Decide([Policy()]);

    public Decision.Granted Granted() => Assert.IsType<Decision.Granted>(Decide());

    public Decision.Refused Refused() => Assert.IsType<Decision.Refused>(Decide());
}
