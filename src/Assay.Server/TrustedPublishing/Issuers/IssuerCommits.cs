using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

internal static class IssuerCommits
{
    /// <summary>Does something with an issuer in a commit, and makes every node forget how it stood before. A denial must have written nothing.</summary>
    public static Task<(string? Done, Denial? Denial)> OnIssuerAsync(
        this CommitQueue commits,
        string id,
        Func<Commit, IssuerBindingRow, CancellationToken, Task<(string? Done, Denial? Denial)>> change,
        CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var row = await commit.Db.IssuerBindings.AsTracking().SingleOrDefaultAsync(found => found.Id == id && found.RemovedAt == null, stop);
        if (row is null)
        {
            return (null, IssuerDenials.NotFound(id));
        }
        var result = await change(commit, row, stop);
        if (result.Denial is null)
        {
            commit.Changed(TrustStore.IssuersChanged);
        }
        return result;
    }, cancellationToken);
}
