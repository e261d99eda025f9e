namespace Assay.Server.Data;

/// <summary>What a server does by itself every so often. A failure is logged, and the next turn tries again.</summary>
internal abstract partial class RegularWork(TimeSpan every, TimeProvider time, ILogger logger) : BackgroundService
{
    protected TimeProvider Time { get; } = time;

    protected abstract Task DoAsync(CancellationToken cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await DoAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Failed(failure, GetType().Name, every);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Work} failed; tried again in {Every}")]
    private partial void Failed(Exception failure, string work, TimeSpan every);
}
