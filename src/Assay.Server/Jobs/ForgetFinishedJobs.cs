using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Jobs;

/// <summary>Deletes, once an hour, jobs that were finished a while ago. Dead ones stay until an operator looks at them.</summary>
internal sealed partial class ForgetFinishedJobs(
    CommitQueue commits, IOptions<JobsOptions> options, TimeProvider time, ILogger<ForgetFinishedJobs> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Failed(failure);
            }
        }
    }

    public Task<int> RunAsync(CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var before = commit.Now.AddDays(-options.Value.KeepDays);
        return await commit.Db.Jobs.Where(row => row.FinishedAt < before).ExecuteDeleteAsync(stop);
    }, cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Finished jobs could not be deleted; tried again in an hour")]
    private partial void Failed(Exception failure);
}
