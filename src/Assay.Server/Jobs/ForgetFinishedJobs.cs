using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Jobs;

/// <summary>Deletes, once an hour, jobs that were finished a while ago. Dead ones stay until an operator looks at them.</summary>
internal sealed class ForgetFinishedJobs(
    CommitQueue commits, IOptions<JobsOptions> options, TimeProvider time, ILogger<ForgetFinishedJobs> logger) : RegularWork(TimeSpan.FromHours(1), time, logger)
{
    protected override Task DoAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken);

    public Task<int> RunAsync(CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var before = commit.Now.AddDays(-options.Value.KeepDays);
        return await commit.Db.Jobs.Where(row => row.FinishedAt < before).ExecuteDeleteAsync(stop);
    }, cancellationToken);
}
