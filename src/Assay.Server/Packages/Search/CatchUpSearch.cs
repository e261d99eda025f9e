using Assay.Server.Data;

namespace Assay.Server.Packages;

/// <summary>Makes the packages findable that were here before packages could be searched.</summary>
internal sealed partial class CatchUpSearch(CommitQueue commits, IndexPackages index, TimeProvider time, ILogger<CatchUpSearch> logger) : CatchingUp(time)
{
    protected override async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (await AllAsync(NextAsync, cancellationToken) is > 0 and var all)
        {
            Done(all);
        }
    }

    private async Task<int> NextAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await commits.RunAsync((commit, stop) => index.AddSomeAsync(commit.Db, stop), cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} packages from before can be searched now")]
    private partial void Done(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Packages from before could not be made searchable; tried again in a minute. Until then searches do not find all of them")]
    protected override partial void Failed(Exception failure);
}
