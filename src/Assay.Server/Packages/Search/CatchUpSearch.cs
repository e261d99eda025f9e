using Assay.Server.Data;

namespace Assay.Server.Packages;

/// <summary>Makes the packages findable that were here before packages could be searched, behind the requests after a start.</summary>
internal sealed partial class CatchUpSearch(CommitQueue commits, IndexPackages index, TimeProvider time, ILogger<CatchUpSearch> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryAsync(stoppingToken))
        {
            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            var all = 0;
            for (var some = await NextAsync(cancellationToken); some > 0; some = await NextAsync(cancellationToken))
            {
                all += some;
            }
            if (all > 0)
            {
                Done(all);
            }
            return true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failed(failure);
            return false;
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
    private partial void Failed(Exception failure);
}
