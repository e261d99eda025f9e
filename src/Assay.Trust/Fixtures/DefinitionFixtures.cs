using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;

namespace Assay.Trust.Fixtures;

/// <summary>A fixture file, by which a definition is proved: without signatures, but with everything else that a token goes through.</summary>
public sealed class DefinitionFixtures
{
    private const string BindingId = "fixture";
    private const string Audience = "npm:packages.example.test";

    private DefinitionFixtures(FixtureTrial valid, IReadOnlyList<FixtureTrial> trials)
    {
        Valid = valid;
        Trials = trials;
    }

    /// <summary>The base payload under the base policy.</summary>
    internal FixtureTrial Valid { get; }

    internal IReadOnlyList<FixtureTrial> Trials { get; }

    /// <summary>Reads a fixture file of a provider in the catalog; bindings and policies that cannot be are problems.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> json,
        ProviderCatalog catalog,
        [NotNullWhen(true)] out DefinitionFixtures? fixtures,
        out IReadOnlyList<string> problems)
    {
        fixtures = null;
        try
        {
            var file = JsonSerializer.Deserialize(json, FixtureJson.Default.FixtureFile) ?? throw new FormatException("The file is empty.");
            var definition = catalog.Find(file.Provider) ?? throw new FormatException($"There is no provider '{file.Provider}'.");
            fixtures = new DefinitionFixtures(
                Build(catalog, definition, file, new FixtureCase { Name = "base", Expect = FixtureTrial.Granted }),
                [.. file.Cases.Select(item => Build(catalog, definition, file, item))]);
            problems = [];
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            problems = [exception.Message];
        }
        return fixtures is not null;
    }

    /// <summary>Cases that come to something else than they expect, and what is missing: at least one grant and one refusal.</summary>
    public IReadOnlyList<string> Failures()
    {
        List<string> failures = [];
        foreach (var trial in Trials)
        {
            if (trial.Outcome() is var outcome && outcome != trial.Expect)
            {
                failures.Add($"Fixture '{trial.Name}' comes to '{outcome}' and not to '{trial.Expect}'.");
            }
        }
        if (Trials.All(trial => trial.Expect != FixtureTrial.Granted) || Trials.All(trial => trial.Expect == FixtureTrial.Granted))
        {
            failures.Add("Fixtures need at least one case that is granted and one that is refused.");
        }
        foreach (var name in Trials.GroupBy(trial => trial.Name).Where(group => group.Count() > 1))
        {
            failures.Add($"There are several fixtures named '{name.Key}'.");
        }
        return failures;
    }

    private static FixtureTrial Build(ProviderCatalog catalog, ProviderDefinition definition, FixtureFile file, FixtureCase item)
    {
        if (item.Expect != FixtureTrial.Granted && !RefusalCodes.Meanings.ContainsKey(item.Expect))
        {
            throw new FormatException($"{item.Name}: '{item.Expect}' is neither 'granted' nor a refusal code.");
        }
        var payload = (item.Payload ?? file.Payload).DeepClone().AsObject();
        var trial = new FixtureTrial
        {
            Name = item.Name,
            Definition = definition,
            Binding = Bind(catalog, definition, item.Binding ?? file.Binding, item.Name),
            Draft = Draft(file.Policy, item.Policy),
            Payload = item.Patch is null ? payload : MergePatch.Apply(payload, item.Patch),
            Audience = item.Audience ?? Audience,
            Expect = item.Expect,
        };
        // Found out here, where it can still be reported, and not in the middle of a trial.
        _ = trial.Policy();
        return trial;
    }

    private static IssuerBinding Bind(ProviderCatalog catalog, ProviderDefinition definition, FixtureBinding from, string name)
    {
        var draft = new BindingDraft
        {
            Id = BindingId,
            ProviderId = definition.Id,
            Issuer = from.Issuer,
            Names = ["@acme/*"],
            Constants = from.Constants ?? new Dictionary<string, string>(),
            Claims = from.Claims ?? new Dictionary<string, IReadOnlyList<string>>(),
            RequiredClaims = from.RequiredClaims ?? [],
            Audience = from.Audience,
            AcceptSharedAudience = from.AcceptSharedAudience,
        };
        return IssuerBinding.TryCreate(catalog, draft, out var binding, out var problems)
            ? binding
            : throw new FormatException($"{name}: {string.Join(' ', problems)}");
    }

    private static PolicyDraft Draft(FixturePolicy valid, FixturePolicy? change)
    {
        Dictionary<string, IReadOnlyList<string>> fields = new(valid.Fields ?? new Dictionary<string, IReadOnlyList<string>>());
        foreach (var (name, values) in change?.Fields ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            fields[name] = values;
        }
        var gate = change?.Gate ?? valid.Gate;
        if (!TrustActionNames.TryParse(change?.Actions ?? valid.Actions ?? ["publish"], out var actions))
        {
            throw new FormatException("A policy's actions are publish, stage, dist-tag, deprecate, unpublish, read.");
        }
        return new PolicyDraft
        {
            Target = NamePattern.TryParse("@acme/x", out var target) ? target : throw new InvalidOperationException(),
            BindingId = change?.Binding ?? BindingId,
            Actions = actions,
            Fields = fields,
            Gate = gate is { Count: > 0 } ? new Gate.Declared(gate) : null,
            Pins = change?.Pins ?? valid.Pins ?? new Dictionary<string, string>(),
        };
    }
}
