using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.Bindings;
using Assay.Trust.Providers;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary><c>admin issuer add|list|check</c>.</summary>
internal static class IssuerAdmin
{
    private static readonly Actor Operator = new("operator", "admin socket");

    public static void MapAdminIssuers(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/issuer/add", AddAsync);
        admin.MapPost("/issuer/list", ListAsync);
        admin.MapPost("/issuer/check", CheckAsync);
        admin.MapAdminAttempts();
    }

    private static async Task<IResult> AddAsync(HttpContext context, CommitQueue commits, ProviderCatalog catalog, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        if (problem is not null || json is not JsonObject body)
        {
            return problem ?? NpmError.BadRequest("Nothing was said about the issuer.");
        }
        var (row, refusal) = Read(body, catalog);
        if (row is null)
        {
            return NpmError.BadRequest(refusal!);
        }
        var conflict = await commits.RunAsync(async (commit, stop) =>
        {
            if (await commit.Db.IssuerBindings.AnyAsync(other => other.Id == row.Id, stop))
            {
                return $"There is an issuer named {row.Id} already.";
            }
            if (await commit.Db.IssuerBindings.Where(other => other.EnabledIssuer == row.Issuer).Select(other => other.Id).FirstOrDefaultAsync(stop) is { } taken)
            {
                return $"{row.Issuer} is trusted already, as {taken}.";
            }
            row.CreatedAt = commit.Now;
            commit.Db.IssuerBindings.Add(row);
            commit.Changed(TrustStore.IssuersChanged);
            commit.Record(Operator, "issuer.added", row.Id, $"{row.Issuer} for {row.Names.Replace('\n', ' ')}");
            return null;
        }, cancellationToken);
        return conflict is null ? Lines(Added(row, catalog)) : NpmError.Conflict(conflict);
    }

    private static async Task<IResult> ListAsync(RegistryDbSource source, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var rows = await db.IssuerBindings.OrderBy(row => row.Id).ToListAsync(cancellationToken);
        return rows.Count == 0
            ? Lines(["No issuer is trusted yet. Example: ./run admin issuer add github --provider github --names '@acme/*'"])
            : Lines([.. rows.Select(row => $"{row.Id}  {row.ProviderId}  {row.Issuer}  may publish: {(row.Names.Length == 0 ? "nothing" : row.Names.Replace('\n', ' '))}")]);
    }

    private static async Task<IResult> CheckAsync(HttpContext context, TrustStore trust, IssuerKeys keys, CancellationToken cancellationToken)
    {
        var (json, problem) = await RequestJson.ReadAsync(context.Request, cancellationToken);
        var id = (json as JsonObject)?.Text("id");
        var issuer = (await trust.IssuersAsync(cancellationToken)).FirstOrDefault(known => known.Binding.Id == id);
        if (problem is not null || issuer is null)
        {
            return problem ?? NpmError.NotFound($"No trusted issuer is named {id}. See: ./run admin issuer list");
        }
        try
        {
            var found = await keys.FetchAsync(issuer, cancellationToken);
            return Lines([$"{issuer.Binding.Issuer}: {found.Count} keys ({string.Join(", ", found.Select(key => $"{key.Kid} {key.Kty}"))})."]);
        }
        catch (IssuerUnreachable failure)
        {
            return NpmError.With(StatusCodes.Status502BadGateway, "issuer-unreachable", failure.Message);
        }
    }

    private static (IssuerBindingRow? Row, string? Refusal) Read(JsonObject body, ProviderCatalog catalog)
    {
        if (catalog.Find(body.Text("provider") ?? "") is not { } definition)
        {
            return (null, $"Unknown provider '{body.Text("provider")}'. This registry knows: {string.Join(", ", catalog.Ids)}.");
        }
        var issuer = body.Text("issuer") ?? (definition.Issuer.Exact is [var own, ..] ? own : null);
        if (issuer is null)
        {
            return (null, $"{definition.DisplayName} has no one public issuer: give its URL with --issuer, exactly as it stands in the tokens' iss.");
        }
        var draft = new BindingDraft
        {
            Id = body.Text("id") ?? "",
            ProviderId = definition.Id,
            Issuer = issuer,
            Names = body.Texts("names") ?? [],
            Constants = Constants(body.Texts("constants") ?? [], definition, issuer),
            AllowLoopbackHttp = body.Flag("insecureHttp") ?? false,
        };
        if (draft.Id.Length is 0 or > 64 || draft.Id.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '.')))
        {
            return (null, "An issuer's name has 1 to 64 letters, digits, '-', '_' or '.'.");
        }
        if (!IssuerBinding.TryCreate(catalog, draft, out _, out var problems))
        {
            return (null, string.Join(" ", problems));
        }
        return Finish(body, draft, definition);
    }

    private static (IssuerBindingRow? Row, string? Refusal) Finish(JsonObject body, BindingDraft draft, ProviderDefinition definition)
    {
        var addresses = body.Texts("addresses") ?? [];
        if (addresses.FirstOrDefault(range => !IPNetwork.TryParse(range, out _)) is { } bad)
        {
            return (null, $"'{bad}' is not an address range like 10.1.0.0/16.");
        }
        if (body.Text("jwks") is { } jwks)
        {
            try
            {
                _ = IssuerKeys.Parse(jwks);
            }
            catch (IssuerUnreachable failure)
            {
                return (null, $"--jwks: {failure.Message}");
            }
        }
        return (new IssuerBindingRow
        {
            Id = draft.Id,
            ProviderId = draft.ProviderId,
            Issuer = draft.Issuer,
            EnabledIssuer = draft.Issuer,
            Names = string.Join('\n', draft.Names),
            Constants = string.Join('\n', draft.Constants.Select(constant => $"{constant.Key}={constant.Value}")),
            Jwks = body.Text("jwks"),
            AllowedAddresses = string.Join('\n', addresses),
            InsecureHttp = draft.AllowLoopbackHttp,
            DefinitionDigest = definition.Digest,
        }, null);
    }

    /// <summary>For a self-managed server, its own address stands in for what the definition says about the public one.</summary>
    private static Dictionary<string, string> Constants(IReadOnlyList<string> given, ProviderDefinition definition, string issuer)
    {
        var constants = given.Select(text => text.Split('=', 2)).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        if (definition.Issuer.Match(issuer) is not null || !Uri.TryCreate(issuer, UriKind.Absolute, out var url))
        {
            return constants;
        }
        foreach (var (name, constant) in definition.Const)
        {
            constants.TryAdd(name, constant.Type == ConstantType.Url ? url.GetLeftPart(UriPartial.Authority) : url.Authority + url.AbsolutePath.TrimEnd('/'));
        }
        return constants;
    }

    private static List<string> Added(IssuerBindingRow row, ProviderCatalog catalog)
    {
        var lines = new List<string> { $"{row.Id}: tokens of {row.Issuer} ({catalog.Find(row.ProviderId)!.DisplayName}) are trusted." };
        lines.Add(row.Names.Length == 0
            ? "It may publish nothing yet: say what with --names, e.g. --names '@acme/*'."
            : $"It may publish {row.Names.Replace('\n', ' ')}, where a package's trust policy says so (npm trust).");
        lines.Add("Whoever administers that issuer can make tokens for any of its projects: that is the trust given here.");
        return lines;
    }

    private static JsonAnswer Lines(IReadOnlyList<string> lines) =>
        JsonAnswer.Ok(new JsonObject { ["lines"] = new JsonArray([.. lines.Select(line => JsonValue.Create(line))]) });
}
