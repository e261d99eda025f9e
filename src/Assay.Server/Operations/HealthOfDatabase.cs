using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Operations;

internal sealed class HealthOfDatabase(RegistryDbSource source) : IHealthCheck
{
    public string Name => "database";

    public bool IsNeeded => true;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        await db.State.Select(row => row.Revision).SingleAsync(cancellationToken);
    }
}

/// <summary>A commit of nothing waits for the writes before it, as any write does.</summary>
internal sealed class HealthOfCommits(CommitQueue commits) : IHealthCheck
{
    public string Name => "commits";

    public bool IsNeeded => true;

    public Task RunAsync(CancellationToken cancellationToken) => commits.RunAsync((_, _) => Task.FromResult(true), cancellationToken);
}
