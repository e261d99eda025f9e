using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Trust.Providers;

namespace Assay.Server.TrustedPublishing;

/// <summary>Reads what is said about an issuer into the row that is stored. What is not said stays as it is.</summary>
internal static class IssuerForm
{
    // Policies rest on these: with another value they would trust somebody else.
    private static readonly string[] Lasting = ["id", "provider", "issuer", "claims", "insecureHttp"];

    private static readonly string[] Changeable =
        ["names", "constants", "audience", "acceptSharedAudience", "requireClaims", "learnOwners", "jwks", "addresses"];

    public static (IssuerBindingRow? Row, string? Problem) Add(JsonObject body, ProviderCatalog catalog)
    {
        if (Unknown(body, [.. Lasting, .. Changeable]) is { } unknown)
        {
            return (null, unknown);
        }
        if (catalog.Find(body.Text("provider") ?? "") is not { } definition)
        {
            return (null, $"Unknown provider '{body.Text("provider")}'. This registry knows: {string.Join(", ", catalog.Ids)}.");
        }
        var (issuer, problem) = IssuerOf(body, definition);
        problem ??= ProblemWithId(body.Text("id") ?? "");
        if (issuer is null || problem is not null)
        {
            return (null, problem);
        }
        var row = Empty(body.Text("id")!, definition, issuer);
        var form = new FormReader(body);
        row.InsecureHttp = form.Flag("insecureHttp", row.InsecureHttp);
        row.Claims = BindingRows.Claims(form.Places("claims"));
        return Read(row, form, definition, catalog);
    }

    /// <summary>Changes the row that it is given.</summary>
    public static (IssuerBindingRow? Row, string? Problem) Edit(IssuerBindingRow row, JsonObject body, ProviderCatalog catalog)
    {
        if (Lasting.FirstOrDefault(body.ContainsKey) is { } lasting)
        {
            return (null, $"'{lasting}' never changes, because the policies of an issuer rest on it. Add another issuer instead.");
        }
        if (Unknown(body, Changeable) is { } unknown)
        {
            return (null, unknown);
        }
        return catalog.Find(row.ProviderId) is { } definition
            ? Read(row, new FormReader(body), definition, catalog)
            : (null, TrustedIssuer.From(row, catalog).Problem);
    }

    private static (IssuerBindingRow? Row, string? Problem) Read(
        IssuerBindingRow row, FormReader form, ProviderDefinition definition, ProviderCatalog catalog)
    {
        row.Names = form.Lines("names", row.Names);
        row.Constants = BindingRows.Constants(
            WithOwnAddress(form.Texts("constants", BindingRows.Constants(row.Constants)), definition, row.Issuer));
        row.Audience = form.Text("audience", row.Audience);
        row.AcceptsSharedAudience = form.Flag("acceptSharedAudience", row.AcceptsSharedAudience);
        row.RequiredClaims = form.Lines("requireClaims", row.RequiredClaims);
        row.LearnableOwners = form.Lines("learnOwners", row.LearnableOwners);
        row.AllowedAddresses = form.Lines("addresses", row.AllowedAddresses);
        row.Jwks = form.Document("jwks", row.Jwks);
        var problem = form.Problem ?? ProblemWith(row, definition) ?? TrustedIssuer.From(row, catalog).Problem;
        return problem is null ? (row, null) : (null, problem);
    }

    private static string? ProblemWith(IssuerBindingRow row, ProviderDefinition definition)
    {
        if (BindingRows.Lines(row.AllowedAddresses).FirstOrDefault(range => !IPNetwork.TryParse(range, out _)) is { } bad)
        {
            return $"'{bad}' is not an address range like 10.1.0.0/16.";
        }
        if (row.LearnableOwners.Length > 0 && definition.Run.Owner is null)
        {
            return $"Projects of {definition.DisplayName} have no owner whose id could be learned.";
        }
        return row.Jwks is { } jwks && KeySet.ProblemWith(jwks) is { } problem ? $"jwks: {problem}" : null;
    }

    private static (string? Issuer, string? Problem) IssuerOf(JsonObject body, ProviderDefinition definition) =>
        (body.Text("issuer"), definition.Issuer.Exact) switch
        {
            ({ } given, _) => (given, null),
            (_, [var only]) => (only, null),
            (_, []) => (null, $"{definition.DisplayName} has no one public issuer: give its URL with --issuer, exactly as it stands in the tokens' iss."),
            (_, var several) => (null, $"{definition.DisplayName} has several public issuers: give one with --issuer: {string.Join(", ", several)}."),
        };

    private static string? ProblemWithId(string id) =>
        id.Length is 0 or > 64 || id.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '.'))
            ? "An issuer's name has 1 to 64 letters, digits, '-', '_' or '.'."
            : null;

    /// <summary>For a self-managed server, its own address stands in for what the definition says about the public one.</summary>
    private static Dictionary<string, string> WithOwnAddress(Dictionary<string, string> constants, ProviderDefinition definition, string issuer)
    {
        if (definition.Issuer.Match(issuer) is not null || !Uri.TryCreate(issuer, UriKind.Absolute, out var url))
        {
            return constants;
        }
        foreach (var (name, constant) in definition.Const.Where(constant => constant.Value.FromIssuer))
        {
            constants.TryAdd(name, constant.Type == ConstantType.Url ? url.GetLeftPart(UriPartial.Authority) : url.Authority + url.AbsolutePath.TrimEnd('/'));
        }
        return constants;
    }

    // A misspelt member would leave a limit out without a word.
    private static string? Unknown(JsonObject body, string[] known) =>
        body.Select(member => member.Key).FirstOrDefault(name => !known.Contains(name)) is { } unknown
            ? $"There is no setting '{unknown}'. There are: {string.Join(", ", known)}."
            : null;

    private static IssuerBindingRow Empty(string id, ProviderDefinition definition, string issuer) => new()
    {
        Id = id,
        ProviderId = definition.Id,
        Issuer = issuer,
        EnabledIssuer = issuer,
        Names = "",
        Constants = "",
        AllowedAddresses = "",
        Claims = "",
        RequiredClaims = "",
        LearnableOwners = "",
        DefinitionDigest = DefinitionPin.Of(definition),
    };
}
