namespace Assay.Server.Data;

/// <summary>What belongs at the end of every group of writes, inside its transaction, in the order of their registration: the log, then what is told of it.</summary>
internal interface ICommitEnd
{
    Task RunAsync(Commit commit, CancellationToken cancellationToken);
}
