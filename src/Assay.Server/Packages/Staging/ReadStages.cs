using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>The stages that a person sees.</summary>
internal sealed class ReadStages(RegistryDbSource source, TimeProvider time)
{
    /// <summary>One, waiting or over.</summary>
    public async Task<(StageRow? Stage, Denial? Denial)> FindAsync(Caller.Member member, string stageId, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var stage = await db.Stages.SingleOrDefaultAsync(row => row.StageId == stageId, cancellationToken);
        var denial = stage is null ? WaitingStages.Unknown(stageId) : await StageRights.RefuseSeeingAsync(db, stage, member, cancellationToken);
        return denial is null ? (stage, null) : (null, denial);
    }

    /// <summary>Those that wait, newest first, of one package or of all.</summary>
    public async Task<IReadOnlyList<StageRow>> WaitingAsync(Caller.Member member, string? package, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var waiting = WaitingStages.Of(db, time.GetUtcNow()).Where(row => package == null || row.PackageName == package);
        var own = PackageRights.WithRole(db, member.PersonId, PackageRole.Write).Select(row => row.Name);
        var scopes = PackageRights.AdministeredScopes(db, member.PersonId);
        var seen = await waiting
            .Where(row => member.IsAdministrator
                || own.Contains(row.PackageName)
                || (!db.Packages.Any(found => found.Name == row.PackageName)
                    && (row.OwnerId == member.PersonId || scopes.Any(scope => row.PackageName.StartsWith(scope + "/")))))
            .OrderByDescending(row => row.Id).ToListAsync(cancellationToken);
        return [.. seen.Where(row => member.Token.LimitFor(row.PackageName) >= PackageRole.Read)];
    }

    /// <summary>A release set, if all of it waits for somebody who sees all of it.</summary>
    public async Task<(IReadOnlyList<StageRow> Stages, Denial? Denial)> SetAsync(Caller.Member member, string setId, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var stages = await WaitingStages.Of(db, time.GetUtcNow()).Where(row => row.ReleaseSet == setId).OrderBy(row => row.Id).ToListAsync(cancellationToken);
        foreach (var stage in stages)
        {
            if (await StageRights.RefuseSeeingAsync(db, stage, member, cancellationToken) is not null)
            {
                return ([], ReleaseSets.Unknown(setId));
            }
        }
        return stages.Count == 0 ? ([], ReleaseSets.Unknown(setId)) : (stages, null);
    }
}
