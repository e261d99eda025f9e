using Assay.Server.Audit;
using Assay.Server.Blobs;
using Microsoft.Extensions.Options;

namespace Assay.Server.Operations;

/// <summary>Collects garbage while the server runs. The first time comes a whole interval after the start: a server that is started again and again has better to do.</summary>
internal sealed partial class CollectRegularly(
    CollectGarbage collect, IOptions<BlobsOptions> options, TimeProvider time, ILogger<CollectRegularly> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.CollectHours == 0)
        {
            return;
        }
        using var timer = new PeriodicTimer(TimeSpan.FromHours(options.Value.CollectHours), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var found = await collect.RunAsync(isDryRun: false, new Actor("registry", ""), stoppingToken);
                if (found.Blobs > 0)
                {
                    Collected(found.Blobs, found.Bytes);
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Failed(failure);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Blobs} blobs that nothing names any more were deleted, {Bytes} bytes")]
    private partial void Collected(long blobs, long bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Blobs that nothing names any more could not be deleted; tried again later")]
    private partial void Failed(Exception failure);
}
