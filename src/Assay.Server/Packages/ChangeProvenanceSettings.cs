using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Shows a private source to all readers, or lets versions without provenance follow on ones with it.</summary>
internal sealed class ChangeProvenanceSettings(CommitQueue commits)
{
    public Task<Denial?> RunAsync(PackageName name, Caller.Member member, ProvenanceSettings wanted, CancellationToken cancellationToken) =>
        commits.RunAsync(async (commit, stop) =>
        {
            if (await commit.Db.Packages.AsTracking().SingleOrDefaultAsync(row => row.Name == name.Value, stop) is not { } row)
            {
                return new Denial(StatusCodes.Status404NotFound, "not-found", $"{name} is not in this registry.");
            }
            if (PackageRules.MayChange(member, row, await PackageOwners.OfAsync(commit.Db, row.Id, stop)) is { } denial)
            {
                return denial;
            }
            row.ShowsSource = wanted.ShowsSource ?? row.ShowsSource;
            row.MayLoseProvenance = wanted.MayLoseProvenance ?? row.MayLoseProvenance;
            row.Revision++;
            row.ModifiedAt = commit.Now;
            commit.Record(member, "package.provenance", name.Value, $"shows its source: {row.ShowsSource}, may lose provenance: {row.MayLoseProvenance}");
            commit.Changed(PackageDocuments.ChangeKey(name));
            return null;
        }, cancellationToken);
}
