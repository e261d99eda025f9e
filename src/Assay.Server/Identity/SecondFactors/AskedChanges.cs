using Assay.Server.Answers;
using Assay.Server.Data;

namespace Assay.Server.Identity;

/// <summary>Changes that somebody is asked a second factor for.</summary>
internal static class AskedChanges
{
    /// <summary>Rehearses, asks, does: nobody is asked for a code, and none is used up, for what would be refused anyway. Null when done.</summary>
    public static async Task<JsonAnswer?> RunAskedAsync(
        this CommitQueue commits, Func<CancellationToken, Task<JsonAnswer?>> ask, Func<Commit, CancellationToken, Task<JsonAnswer?>> change,
        CancellationToken cancellationToken) =>
        await commits.RehearseAsync(change, cancellationToken) ?? await ask(cancellationToken) ?? await commits.RunAsync(change, cancellationToken);

    /// <summary>Of the operator, who has the data directory itself.</summary>
    public static Task<JsonAnswer?> Nobody(CancellationToken cancellationToken) => Task.FromResult<JsonAnswer?>(null);
}
