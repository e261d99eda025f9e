using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>What a publish has to prove somewhere, and what is demanded there besides.</summary>
/// <param name="Row">What is said of the package or the scope itself.</param>
/// <param name="Scope">What is said of the package's scope; null on a scope, and where nothing is said.</param>
/// <param name="Lock">What holds, and by whom it is said.</param>
/// <param name="At">At which moment.</param>
internal sealed record PublishingAccess(ILocked Row, ScopeRow? Scope, HeldLock Lock, DateTimeOffset At)
{
    public bool MayChange { get; init; }

    /// <summary>Since when what is said of the lock itself holds, and who said it.</summary>
    public (DateTimeOffset? At, string? By) Origin => Row.Origin(At);

    public (PublishLock To, DateTimeOffset At)? Loosening => Row.Waiting(At);

    public Demand Own(DemandKind kind) => Row.DemandOf(kind);

    public Demand OfScope(DemandKind kind) => Scope.DemandOf(kind);

    /// <summary>What is said of the package; null on a scope.</summary>
    public PackageRow? Package => Row as PackageRow;

    public ReadCircle Readers => Package is null ? ReadCircle.Teams : PackageRules.ReadersOf(Package);

    public IReadOnlyList<string> Owners { get; init; } = [];

    public IReadOnlyList<Collaborator> Collaborators { get; init; } = [];

    public IReadOnlyList<StageRow> Waiting { get; init; } = [];

    /// <summary>How many people approve a stage.</summary>
    public int Approvals { get; init; }

    public int StageDays { get; init; }
}

/// <summary>Reads it for those who write to the package, and for those who know the scope.</summary>
internal sealed class ReadPublishingAccess(
    RegistryDbSource source, PackageLocks locks, ReadStages stages, IOptions<PackagesOptions> options, TimeProvider time)
{
    public async Task<(PublishingAccess? Access, Denial? Denial)> OfPackageAsync(PackageName name, Caller.Member member, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var (row, denial) = await PackageRights.FindToSeeAsync(db, name, member, PackageRole.Write, cancellationToken);
        if (row is null)
        {
            return (null, denial);
        }
        var now = time.GetUtcNow();
        return (new PublishingAccess(row, await PackageRights.ScopeAsync(db, name.Scope, cancellationToken), await locks.OfAsync(db, name, row, now, cancellationToken), now)
        {
            MayChange = await PackageRights.RefuseAsync(db, row, member, PackageRole.Admin, cancellationToken) is null,
            Owners = await PackageRights.OwnerNamesAsync(db, row.Id, cancellationToken),
            Collaborators = await Collaborators.OfAsync(db, row, cancellationToken),
            Waiting = await stages.WaitingAsync(member, name.Value, cancellationToken),
            Approvals = Math.Max(options.Value.StageApprovals, row.ApprovalsAt(now) ?? 1),
            StageDays = row.StageDays ?? options.Value.StageDays,
        }, null);
    }

    public async Task<(PublishingAccess? Access, Denial? Denial)> OfScopeAsync(string scope, Caller.Member member, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        if (!ScopeName.IsScope(scope) || !await Scopes.MaySeeAsync(db, scope, member, cancellationToken))
        {
            return (null, Scopes.Unknown(scope));
        }
        var row = await db.Scopes.SingleOrDefaultAsync(found => found.Name == scope, cancellationToken) ?? new ScopeRow { Name = scope };
        var now = time.GetUtcNow();
        return (new PublishingAccess(row, null, new HeldLock(null, row.At(now), locks.Registry), now)
        {
            MayChange = await Scopes.RefuseToSayAsync(db, scope, member, cancellationToken) is null,
        }, null);
    }
}
