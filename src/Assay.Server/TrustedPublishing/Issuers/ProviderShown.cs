using System.Text.Json.Nodes;
using Assay.Trust.Providers;

namespace Assay.Server.TrustedPublishing;

/// <summary>A definition as far as operators (issuer, constants, claims, audience) and owners (fields, ids, gate) fill something in.</summary>
internal static class ProviderShown
{
    public static JsonObject ToJson(ProviderDefinition definition) => new()
    {
        ["id"] = definition.Id,
        ["displayName"] = definition.DisplayName,
        ["kind"] = definition.Kind is ProviderKind.Ci ? "ci" : "workload",
        ["origin"] = DefinitionPin.IsShipped(definition) ? "shipped" : "operator",
        ["revision"] = definition.Revision,
        ["digest"] = definition.Digest,
        ["issuer"] = new JsonObject
        {
            ["exact"] = Texts(definition.Issuer.Exact),
            ["templates"] = Texts(definition.Issuer.Templates.Select(template => template.Pattern)),
            ["operator"] = definition.Issuer.Operator,
        },
        ["audience"] = Audience(definition.Token.Audience),
        ["minted"] = definition.Token.Minted is TokenMinting.PerJob ? "job" : "request",
        ["constants"] = Items(definition.Const, constant => new JsonObject
        {
            ["name"] = constant.Key,
            ["is"] = constant.Value.Expectation,
            ["default"] = constant.Value.Default,
            ["fromIssuer"] = constant.Value.FromIssuer,
        }),
        ["claims"] = Items(definition.Claims, claim => new JsonObject
        {
            ["name"] = claim.Key,
            ["class"] = claim.Value.Class switch { ClaimClass.Stable => "S", ClaimClass.Mutable => "M", ClaimClass.Context => "C", _ => "T" },
            ["required"] = claim.Value.Presence is ClaimPresence.Required,
            ["bound"] = claim.Value.Bound,
            ["hint"] = claim.Value.Hint,
        }),
        ["owners"] = definition.Run.Owner is not null,
        ["fields"] = Items(definition.Policy.Fields, Field),
        ["pins"] = Items(definition.Policy.Pin, pin => new JsonObject
        {
            ["claim"] = pin.Claim,
            ["atCreation"] = pin.AtCreation,
            ["byName"] = pin.ByName,
            ["field"] = pin.Field,
            ["find"] = pin.Find,
        }),
        ["gate"] = Gate(definition.Policy.Gate),
    };

    private static JsonObject Audience(AudienceRules audience) => new()
    {
        ["mode"] = audience.Mode switch { AudienceMode.Fixed => "fixed", AudienceMode.Configured => "configured", _ => "requested" },
        ["value"] = audience.Value,
    };

    private static JsonObject Field(PolicyField field) => new()
    {
        ["name"] = field.Name,
        ["option"] = field.Option,
        ["required"] = field.Required,
        ["matches"] = field.Matches.ToString(),
        ["with"] = field.With,
        ["default"] = Texts(field.Default),
        ["allowed"] = Texts(field.Allowed),
        ["allowedForRead"] = Texts(field.AllowedForRead),
        ["format"] = field.Format,
        ["label"] = field.Label,
    };

    private static JsonObject Gate(GateShape gate) => new()
    {
        ["proved"] = Items(gate.Proved, proved => new JsonObject
        {
            ["claim"] = proved.Claim,
            ["is"] = proved.Expected,
            ["whenField"] = proved.WhenField,
            ["says"] = proved.Says,
            ["remedy"] = proved.Remedy,
        }),
        ["declaredBy"] = Items(gate.DeclaredBy, declared => new JsonObject
        {
            ["field"] = declared.Field,
            ["implied"] = declared.Implied,
            ["check"] = declared.Check,
        }),
        ["advice"] = gate.Advice,
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static JsonArray Items<T>(IEnumerable<T> items, Func<T, JsonObject> shown) => new([.. items.Select(shown)]);
}
