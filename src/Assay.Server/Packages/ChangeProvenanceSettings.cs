using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>Shows a private source to all readers, or lets versions without provenance follow on ones with it.</summary>
internal sealed class ChangeProvenanceSettings(CommitQueue commits)
{
    public Task<Denial?> RunAsync(PackageName name, Caller.Member member, ProvenanceSettings wanted, CancellationToken cancellationToken) =>
        commits.RunAsync(async (commit, stop) =>
        {
            var (row, denial) = await PackageRights.FindAsync(commit.Db, name, member, PackageRole.Admin, stop);
            if (row is null)
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
