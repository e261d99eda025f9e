using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Finds attempts again, and makes runs of what was kept with them.</summary>
internal sealed class ReadAttempts(RegistryDbSource source, TrustStore trust)
{
    public async Task<IReadOnlyList<ExchangeAttemptRow>> NewestAsync(AttemptFilter filter, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await Matching(db, filter).OrderByDescending(row => row.Id).Take(filter.Limit).ToListAsync(cancellationToken);
    }

    public async Task<ExchangeAttemptRow?> FindAsync(string package, long id, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await db.ExchangeAttempts.SingleOrDefaultAsync(row => row.Id == id && row.PackageName == package, cancellationToken);
    }

    /// <summary>The run as far as it was kept, by its issuer as that is trusted now; or why it cannot be asked about any more.</summary>
    public async Task<RecalledRun> RecallAsync(ExchangeAttemptRow row, CancellationToken cancellationToken)
    {
        var issuers = await trust.IssuersAsync(cancellationToken);
        if (JsonNode.Parse(row.Claims) is not JsonObject { Count: > 0 } kept)
        {
            return RecalledRun.Not("Nothing was kept that the issuer vouched for.");
        }
        // A binding can be made anew for another issuer, whose claims mean something else.
        if (issuers.FirstOrDefault(known => known.Binding.Id == row.BindingId && known.Binding.Issuer == row.Issuer) is not { } issuer)
        {
            return RecalledRun.Not($"The issuer {row.Issuer} is not trusted any more.");
        }
        return new RecalledRun(issuer, TokenVerification.TryRecall(kept, issuer.Definition, issuer.Binding, out var claims), claims);
    }

    public static Denial NotFound(PackageName package, string id) =>
        new(StatusCodes.Status404NotFound, "attempt-not-found", $"{package} has no attempt {id}; old ones are deleted.");

    private static IQueryable<ExchangeAttemptRow> Matching(RegistryDb db, AttemptFilter filter)
    {
        var rows = db.ExchangeAttempts.AsQueryable();
        if (filter.Package is { } package)
        {
            rows = rows.Where(row => row.PackageName == package);
        }
        if (filter.IsGranted is { } isGranted)
        {
            rows = rows.Where(row => (row.RefusalCode == null) == isGranted);
        }
        if (filter.Code is { } code)
        {
            rows = rows.Where(row => row.RefusalCode == code);
        }
        return filter.Before is { } before ? rows.Where(row => row.Id < before) : rows;
    }
}

/// <summary>A run that an attempt kept: its claims, or why they say nothing any more.</summary>
internal sealed record RecalledRun(TrustedIssuer? Issuer, Refusal? Refusal, AssumedClaims? Claims)
{
    /// <summary>In words, where there is not even an issuer to ask.</summary>
    public string Problem { get; private init; } = Refusal?.PublicText ?? "";

    public static RecalledRun Not(string problem) => new(null, null, null) { Problem = problem };
}
