namespace Assay.Server.Attestations;

/// <summary>After a start, behind the requests: signs what was published before the registry signed, and logs what was published before it had a log.</summary>
internal sealed partial class CatchUp(SignVersions sign, LogOlderVersions log, TimeProvider time, ILogger<CatchUp> logger) : BackgroundService
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
            var signed = await AllAsync(sign.SignOlderAsync, cancellationToken);
            var logged = await AllAsync(log.RunAsync, cancellationToken);
            if (signed + logged > 0)
            {
                Done(signed, logged);
            }
            return true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failed(failure);
            return false;
        }
    }

    private static async Task<int> AllAsync(Func<CancellationToken, Task<int>> some, CancellationToken cancellationToken)
    {
        var all = 0;
        for (var next = await some(cancellationToken); next > 0; next = await some(cancellationToken))
        {
            all += next;
        }
        return all;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Signed} older versions are signed and {Logged} are logged; clients can ask for the keys now")]
    private partial void Done(int signed, int logged);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Older versions could not be signed and logged; tried again in a minute. Until then clients are told of no keys")]
    private partial void Failed(Exception failure);
}
