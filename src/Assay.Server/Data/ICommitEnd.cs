namespace Assay.Server.Data;

/// <summary>What belongs at the end of every group of writes, inside its transaction. Filled by transparency.</summary>
internal interface ICommitEnd
{
    Task RunAsync(Commit commit, CancellationToken cancellationToken);
}
