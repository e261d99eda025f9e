using System.Text.Json.Nodes;
using Assay.Server.Data.Rows;
using Assay.Server.TrustedPublishing;
using Assay.Trust.Providers;

namespace Assay.Server.Pages;

/// <summary>The fields of an issuer: what the provider's definition leaves to whoever trusts it, as it is typed, and as the operations take it.</summary>
internal static class IssuerFields
{
    public const string Constant = "const:";
    public const string Claim = "claim:";

    /// <summary>What can be set now and changed later.</summary>
    public static JsonObject Changeable(OperatorPage page, ProviderDefinition definition)
    {
        var body = new JsonObject
        {
            ["names"] = Lines(page.Typed("names")),
            ["constants"] = Constants(page, definition),
            ["audience"] = page.Typed("audience").Trim() is { Length: > 0 } audience ? audience : null,
            ["acceptSharedAudience"] = page.IsTicked("acceptSharedAudience"),
            ["requireClaims"] = Lines(page.Typed("requireClaims")),
            ["learnOwners"] = Lines(page.Typed("learnOwners")),
            ["addresses"] = Lines(page.Typed("addresses")),
        };
        switch (page.Typed("keys"))
        {
            case "upload":
                body["jwks"] = page.Typed("jwks");
                break;
            case "discover":
                body["jwks"] = null;
                break;
        }
        return body;
    }

    /// <summary>All of a new one.</summary>
    public static JsonObject New(OperatorPage page, ProviderDefinition definition)
    {
        var body = Changeable(page, definition);
        body["id"] = page.Typed("id").Trim();
        body["provider"] = definition.Id;
        if (page.Typed("issuer").Trim() is { Length: > 0 } issuer)
        {
            body["issuer"] = issuer;
        }
        body["insecureHttp"] = page.IsTicked("insecureHttp");
        body["claims"] = Claims(page, definition);
        return body;
    }

    public static IEnumerable<string> Bound(ProviderDefinition definition) => definition.Claims.Where(claim => claim.Value.Bound).Select(claim => claim.Key);

    /// <summary>What a constant is called for people; its name, where there are no words for it.</summary>
    public static string LabelOf(string constant) => constant switch
    {
        "web" => "Web address, for links",
        "api" => "API address",
        "host" => "Host",
        "domain" => "Domain",
        _ => constant,
    };

    /// <summary>Whether something is set, or was just refused, that most issuers leave as it is.</summary>
    public static bool IsAdvanced(IssuerFormView form) => form.Page.Problem is not null || form.Row switch
    {
        null => false,
        { AcceptsSharedAudience: true } or { Jwks: not null } => true,
        var row => new[] { row.Audience, row.RequiredClaims, row.LearnableOwners, row.AllowedAddresses, row.Constants }.Any(value => !string.IsNullOrEmpty(value)),
    };

    /// <summary>What a constant of a stored issuer is.</summary>
    public static string? ConstantOf(IssuerBindingRow? row, string name) => row is null ? null : BindingRows.Constants(row.Constants).GetValueOrDefault(name);

    private static JsonObject Constants(OperatorPage page, ProviderDefinition definition) => new(
        from name in definition.Const.Keys
        let value = page.Typed(Constant + name).Trim()
        where value.Length > 0
        select KeyValuePair.Create(name, (JsonNode?)value));

    private static JsonObject Claims(OperatorPage page, ProviderDefinition definition) => new(
        from name in Bound(definition)
        let value = page.Typed(Claim + name).Trim()
        where value.Length > 0
        select KeyValuePair.Create(name, (JsonNode?)new JsonArray([.. value.Split('/').Select(member => JsonValue.Create(member))])));

    private static JsonArray Lines(string text) =>
        new([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => JsonValue.Create(line))]);
}

/// <summary>What the partial form of an issuer shows.</summary>
internal sealed record IssuerFormView(OperatorPage Page, ProviderDefinition Definition, IssuerBindingRow? Row);
