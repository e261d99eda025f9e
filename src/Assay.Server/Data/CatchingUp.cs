namespace Assay.Server.Data;

/// <summary>Work on what is older than a feature, done once after a start, behind the requests. What fails is tried again in a minute.</summary>
internal abstract class CatchingUp(TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>Does all that there is to do, and says so.</summary>
    protected abstract Task CatchUpAsync(CancellationToken cancellationToken);

    /// <summary>Tells the operator that it did not work, and what that means until it does.</summary>
    protected abstract void Failed(Exception failure);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryAsync(stoppingToken))
        {
            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    /// <summary>Does some, again and again, until none is left; answers how many there were.</summary>
    protected static async Task<int> AllAsync(Func<CancellationToken, Task<int>> some, CancellationToken cancellationToken)
    {
        var all = 0;
        for (var next = await some(cancellationToken); next > 0; next = await some(cancellationToken))
        {
            all += next;
        }
        return all;
    }

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CatchUpAsync(cancellationToken);
            return true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failed(failure);
            return false;
        }
    }
}
