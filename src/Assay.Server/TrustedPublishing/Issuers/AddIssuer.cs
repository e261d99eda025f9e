using System.Text.Json.Nodes;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Providers;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Trusts an issuer, from the very next request on.</summary>
internal sealed class AddIssuer(CommitQueue commits, ProviderCatalog catalog)
{
    /// <summary>What is wrong with what is said of it, before anybody is asked for anything.</summary>
    public Denial? Refuse(JsonObject body) => IssuerForm.Add(body, catalog).Problem is { } problem ? IssuerDenials.Invalid(problem) : null;

    public async Task<(string? Done, Denial? Denial)> RunAsync(JsonObject body, Actor actor, CancellationToken cancellationToken)
    {
        var (row, problem) = IssuerForm.Add(body, catalog);
        if (row is null)
        {
            return (null, IssuerDenials.Invalid(problem!));
        }
        var denial = await commits.RunAsync((commit, stop) => StoreAsync(commit, row, actor, stop), cancellationToken);
        return denial is null
            ? ($"{row.Id}: tokens of {row.Issuer} ({catalog.Find(row.ProviderId)!.DisplayName}) are trusted.", null)
            : (null, denial);
    }

    private static async Task<Denial?> StoreAsync(Commit commit, IssuerBindingRow row, Actor actor, CancellationToken cancellationToken)
    {
        var earlier = await commit.Db.IssuerBindings.AsTracking().SingleOrDefaultAsync(other => other.Id == row.Id, cancellationToken);
        if ((Taken(row, earlier) ?? await IssuerDenials.TrustedAlreadyAsync(commit.Db, row, cancellationToken)) is { } denial)
        {
            return denial;
        }
        row.CreatedAt = commit.Now;
        Store(commit.Db, row, earlier);
        commit.Changed(TrustStore.IssuersChanged);
        commit.Record(actor, "issuer.added", row.Id, $"{row.Issuer} for {row.Names.Replace('\n', ' ')}");
        return null;
    }

    private static void Store(RegistryDb db, IssuerBindingRow row, IssuerBindingRow? earlier)
    {
        if (earlier is null)
        {
            db.IssuerBindings.Add(row);
        }
        else
        {
            db.Entry(earlier).CurrentValues.SetValues(row);
        }
    }

    private static Denial? Taken(IssuerBindingRow row, IssuerBindingRow? earlier) => earlier switch
    {
        null => null,
        { RemovedAt: null } => IssuerDenials.Exists($"There is an issuer named {row.Id} already."),
        _ when earlier.Issuer == row.Issuer && earlier.ProviderId == row.ProviderId => null,
        _ => IssuerDenials.Exists($"{row.Id} was the name of {earlier.Issuer}, and what that one published still names it so. Choose another name."),
    };
}
