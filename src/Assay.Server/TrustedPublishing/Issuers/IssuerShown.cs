using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Trust.Providers;

namespace Assay.Server.TrustedPublishing;

/// <summary>An issuer for people (lines) and for programs (JSON). What can be set goes by the names under which it is set.</summary>
internal static class IssuerShown
{
    public static JsonObject ToJson(IssuerReport issuer)
    {
        var row = issuer.Row;
        return new JsonObject
        {
            ["id"] = row.Id,
            ["provider"] = row.ProviderId,
            ["issuer"] = row.Issuer,
            ["state"] = State(issuer),
            ["suspended"] = issuer.Suspended,
            ["names"] = Texts(row.Names),
            ["constants"] = new JsonObject(BindingRows.Constants(row.Constants).Select(constant => KeyValuePair.Create(constant.Key, (JsonNode?)constant.Value))),
            ["audience"] = row.Audience,
            ["acceptSharedAudience"] = row.AcceptsSharedAudience,
            ["claims"] = new JsonObject(BindingRows.Claims(row.Claims).Select(claim => KeyValuePair.Create(claim.Key, (JsonNode?)Texts(claim.Value)))),
            ["requireClaims"] = Texts(row.RequiredClaims),
            ["learnOwners"] = Texts(row.LearnableOwners),
            ["addresses"] = Texts(row.AllowedAddresses),
            ["insecureHttp"] = row.InsecureHttp,
            ["keys"] = Keys(issuer),
            ["definition"] = Definition(issuer),
            ["policies"] = issuer.Policies,
            ["created"] = JsonTime.Of(row.CreatedAt),
            ["disabled"] = row.DisabledAt is { } disabled ? JsonTime.Of(disabled) : null,
            ["warnings"] = Texts([.. Warnings(issuer)]),
        };
    }

    /// <summary>One line, and one for each thing that its operator should know.</summary>
    public static IEnumerable<string> Brief(IssuerReport issuer) =>
    [
        $"{issuer.Row.Id}  {issuer.Row.ProviderId}  {issuer.Row.Issuer}  {State(issuer)}, may publish: {Names(issuer.Row)}; {Told(issuer)}",
        .. issuer.Suspended is { } reason ? [$"    {reason}"] : Array.Empty<string>(),
        .. Warnings(issuer).Select(warning => $"    {warning}"),
    ];

    public static IEnumerable<string> Whole(IssuerReport issuer)
    {
        var row = issuer.Row;
        (string Name, string? Value)[] facts =
        [
            ("provider", issuer.Definition is { } definition ? $"{definition.Id} ({definition.DisplayName})" : row.ProviderId),
            ("issuer", row.Issuer),
            ("state", State(issuer)),
            ("definition", Accepted(issuer)),
            ("may publish", Names(row)),
            ("policies", $"{issuer.Policies}"),
            ("keys", Told(issuer)),
            ("constants", OneLine(row.Constants)),
            ("audience", row.Audience),
            ("claims", OneLine(row.Claims)),
            ("required claims", OneLine(row.RequiredClaims)),
            ("owners that may be learned", OneLine(row.LearnableOwners)),
            ("private addresses allowed", OneLine(row.AllowedAddresses)),
            ("plain http", row.InsecureHttp ? "allowed on loopback" : null),
            ("trusted since", JsonTime.Of(row.CreatedAt)),
            ("disabled since", row.DisabledAt is { } disabled ? JsonTime.Of(disabled) : null),
        ];
        return
        [
            row.Id,
            .. facts.Where(fact => fact.Value is { Length: > 0 }).Select(fact => $"    {fact.Name}: {fact.Value}"),
            .. issuer.Suspended is { } reason ? [$"    {reason}"] : Array.Empty<string>(),
            .. Warnings(issuer).Select(warning => $"    {warning}"),
        ];
    }

    /// <summary>What follows for the one who has just added or changed it.</summary>
    public static IEnumerable<string> Consequences(IssuerReport issuer) =>
    [
        .. issuer.Row.Names.Length == 0 ? Array.Empty<string>() : [$"It may publish {Names(issuer.Row)}, where a package's trust policy says so (npm trust)."],
        .. Warnings(issuer),
    ];

    /// <summary>What the trust in this issuer costs, said where it is given.</summary>
    public static IEnumerable<string> Warnings(IssuerReport issuer)
    {
        if (issuer.Row.Names.Length == 0)
        {
            yield return "It may publish nothing yet: say what with --names, e.g. --names '@acme/*'.";
        }
        if (issuer.Definition is not { } definition)
        {
            yield break;
        }
        if (definition.Issuer.Match(issuer.Row.Issuer) is null)
        {
            yield return "Whoever administers that server can make tokens for any of its projects: that is the trust given here.";
        }
        if (definition.Token.Audience.Mode is AudienceMode.Fixed)
        {
            yield return "Its tokens have the same audience everywhere: whoever is handed one, for whatever purpose, can publish with it.";
        }
        if (definition.Policy.Pin.Any(pin => pin.ByName))
        {
            yield return "Its projects have no ids, only names: whoever gets a name that a policy trusts is trusted.";
        }
    }

    private static string State(IssuerReport issuer) =>
        issuer.Row.EnabledIssuer is null ? "disabled" : issuer.Suspended is null ? "enabled" : "suspended";

    private static string Names(IssuerBindingRow row) => row.Names.Length == 0 ? "nothing" : OneLine(row.Names);

    /// <summary>How its keys stand, in words.</summary>
    public static string Told(IssuerReport issuer)
    {
        var problem = issuer.Keys.Problem is { } text ? $"last problem: {text}" : "";
        return (issuer.Row.Jwks, issuer.Keys.Keys) switch
        {
            ({ } uploaded, _) => $"{KeySet.Parse(uploaded).Count} keys, uploaded",
            (_, null) => problem.Length > 0 ? $"no keys; {problem}" : "keys not fetched since the start",
            (_, var keys) => $"{keys.Count} keys, fetched {JsonTime.Of(issuer.Keys.FetchedAt)}{(problem.Length > 0 ? $"; {problem}" : "")}",
        };
    }

    private static JsonObject Keys(IssuerReport issuer) => new()
    {
        ["source"] = issuer.Row.Jwks is null ? "discovery" : "uploaded",
        ["count"] = issuer.Row.Jwks is { } uploaded ? KeySet.Parse(uploaded).Count : issuer.Keys.Keys?.Count,
        ["fetched"] = issuer.Row.Jwks is null && issuer.Keys.Keys is not null ? JsonTime.Of(issuer.Keys.FetchedAt) : null,
        ["problem"] = issuer.Keys.Problem,
    };

    private static JsonObject Definition(IssuerReport issuer) => new()
    {
        ["origin"] = issuer.Definition is { } definition ? Origin(definition) : "missing",
        ["revision"] = issuer.Definition?.Revision,
        ["digest"] = issuer.Definition?.Digest,
        ["accepted"] = issuer.Definition is { } found && issuer.Row.DefinitionDigest == DefinitionPin.Of(found),
    };

    private static string Accepted(IssuerReport issuer) => issuer.Definition is { } definition
        ? $"{Origin(definition)}, revision {definition.Revision}, SHA-256 {definition.Digest}, "
            + (issuer.Row.DefinitionDigest == DefinitionPin.Of(definition) ? "accepted" : $"not accepted (accepted was {Earlier(issuer.Row)})")
        : "missing";

    private static string Earlier(IssuerBindingRow row) => row.DefinitionDigest.Length == 0 ? "the one that ships" : row.DefinitionDigest;

    private static string Origin(ProviderDefinition definition) => DefinitionPin.IsShipped(definition) ? "shipped" : "operator";

    private static string OneLine(string lines) => lines.Replace('\n', ' ');

    private static JsonArray Texts(string lines) => Texts(BindingRows.Lines(lines));

    private static JsonArray Texts(IReadOnlyList<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
