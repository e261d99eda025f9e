using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Providers;
using Assay.Trust.Tokens;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// The issuers, projects and workflows whose runs may not write. Exchanges ask what is remembered; an act with an exchanged token asks in its
/// own commit, where the answer counts.
/// </summary>
internal sealed class FrozenRuns
{
    private const string Prefix = "frozen-runs:";
    private const string All = "all";

    private readonly RegistryDbSource source;
    private readonly Remembered<IReadOnlyList<Freeze>> remembered;

    public FrozenRuns(RegistryDbSource source, IChangeFeed changes)
    {
        this.source = source;
        remembered = new(changes, Prefix, capacity: 1, _ => LoadAsync());
    }

    /// <summary>The change key of all freezes of runs: there are few at a time.</summary>
    public const string ChangeKey = Prefix + All;

    public async ValueTask<Freeze?> FindAsync(RunClaims claims, CancellationToken cancellationToken)
    {
        var frozen = await remembered.GetAsync(All, cancellationToken);
        return frozen.Count == 0 ? null : frozen.FirstOrDefault(freeze => Concerns(freeze, claims));
    }

    public static Task<Freeze?> FindAsync(RegistryDb db, PublishTokenRow token, CancellationToken cancellationToken)
    {
        var rows = db.Freezes.Where(row => row.LiftedAt == null && row.Subject == token.BindingId
            && (row.Kind == FreezeRow.OfIssuer
                || (row.Kind == FreezeRow.OfProject && row.ProjectId == token.ProjectId)
                || (row.Kind == FreezeRow.OfWorkflow && row.ProjectId == token.ProjectId && row.Workflow == token.Workflow)));
        return Freeze.From(db, rows.OrderBy(row => row.Id)).FirstOrDefaultAsync(cancellationToken);
    }

    private static bool Concerns(Freeze freeze, RunClaims claims) =>
        freeze.Subject == claims.Binding.Id
        && (freeze.Kind is FreezeRow.OfIssuer
            || (freeze.ProjectId == claims.ProjectId && (freeze.Kind is FreezeRow.OfProject || freeze.Workflow == claims.Fact(RunShape.Workflow))));

    private async Task<IReadOnlyList<Freeze>> LoadAsync()
    {
        await using var db = source.Open();
        var rows = db.Freezes.Where(row => row.LiftedAt == null && row.Kind != FreezeRow.OfPackage && row.Kind != FreezeRow.OfScope);
        return await Freeze.From(db, rows.OrderBy(row => row.Id)).ToListAsync();
    }
}
