using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Operations;

/// <summary>What rows keep as JSON can be read.</summary>
internal sealed class VerifyRows(RegistryDbSource source)
{
    /// <summary>What is looked at, by what it is called.</summary>
    private static readonly (string What, Func<RegistryDb, IQueryable<Kept>> Rows)[] Columns =
    [
        ("the run of version", db => db.Versions.Where(row => row.RunJson != null).Select(row => new Kept(row.Id.ToString(), row.RunJson!))),
        ("the rules of policy", db => db.TrustPolicies.Select(row => new Kept(row.Id, row.Rules))),
        ("the keys of issuer", db => db.IssuerBindings.Where(row => row.Jwks != null).Select(row => new Kept(row.Id, row.Jwks!))),
        ("the run of publish token", db => db.PublishTokens.Select(row => new Kept(row.Id.ToString(), row.RunJson))),
        ("the request of stage", db => db.Stages.Select(row => new Kept(row.StageId, row.Request))),
        ("the comparisons of attempt", db => db.ExchangeAttempts.Select(row => new Kept(row.Id.ToString(), row.Comparisons))),
        ("the claims of attempt", db => db.ExchangeAttempts.Select(row => new Kept(row.Id.ToString(), row.Claims))),
        ("the selection of incident", db => db.Incidents.Select(row => new Kept(row.Id, row.Selection))),
        ("the event of leaf", db => db.LogLeaves.Where(row => row.Event != null).Select(row => new Kept(row.Index.ToString(), row.Event!))),
        ("the entry of attestation", db => db.Attestations.Where(row => row.PublicEntry != null).Select(row => new Kept(row.Id.ToString(), row.PublicEntry!))),
        ("the advisory", db => db.Advisories.Select(row => new Kept(row.Advisory, row.Json))),
    ];

    public async Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        foreach (var (what, rows) in Columns)
        {
            await foreach (var row in rows(db).AsAsyncEnumerable().WithCancellation(cancellationToken))
            {
                if (!IsReadable(row.Json))
                {
                    findings.Fault($"{what} {row.Id}", "it is no JSON");
                }
            }
        }
    }

    private static bool IsReadable(string json)
    {
        try
        {
            return json.Length == 0 || JsonNode.Parse(json) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private sealed record Kept(string Id, string Json);
}
