using System.Text.Json.Nodes;
using Assay.Trust.Policies;

namespace Assay.Core.Tests.Trust;

/// <summary>Every payload of the fixture files, from signed text to decision.</summary>
public sealed class FixtureTests
{
    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var provider in new[] { "github", "gitlab", "circleci" })
        {
            foreach (var item in Fixture.File(provider)["cases"]!.AsArray())
            {
                cases.Add(provider, item!["name"]!.GetValue<string>());
            }
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_payload_has_its_outcome(string provider, string name)
    {
        var item = Fixture.File(provider)["cases"]!.AsArray().Single(item => item!["name"]!.GetValue<string>() == name)!.AsObject();
        var fixture = Build(Fixture.Read(provider), item);
        var draft = item["policyBinding"] is null ? fixture.Draft with { BindingId = fixture.Binding.Id } : fixture.Draft;

        var outcome = fixture.Outcome((fixture with { Draft = draft }).Policy());

        Assert.Equal(item["expect"]!.GetValue<string>(), outcome);
    }

    private static Fixture Build(Fixture fixture, JsonObject item)
    {
        if (item["payload"] is JsonObject payload)
        {
            fixture = fixture with { Payload = payload.DeepClone().AsObject(), Now = Fixture.IssuedAt(payload).AddMinutes(1) };
        }
        foreach (var (field, values) in item["policy"]?.AsObject() ?? [])
        {
            fixture = fixture.WithField(field, [.. values!.AsArray().Select(value => value!.GetValue<string>())]);
        }
        if (item["binding"] is JsonObject binding)
        {
            var constants = binding["constants"]?.AsObject().ToDictionary(constant => constant.Key, constant => constant.Value!.GetValue<string>());
            fixture = fixture with { Binding = Fixture.Bind(fixture.Definition.Id, binding["issuer"]!.GetValue<string>(), constants) };
        }
        if (item["gate"] is JsonArray gate)
        {
            fixture = fixture with { Draft = fixture.Draft with { Gate = new Gate.Declared([.. gate.Select(field => field!.GetValue<string>())]) } };
        }
        fixture = item["unpinned"] is null ? fixture : fixture.Unpinned();
        fixture = item["audience"] is { } audience ? fixture with { Audience = audience.GetValue<string>() } : fixture;
        return fixture.Patched(item["patch"]!.AsObject());
    }
}
