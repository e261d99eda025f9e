namespace Assay.Server.Data;

/// <summary>
/// What one room has to say about itself when the doctor asks. It changes nothing, has a limit of its own wherever it waits for others, and names no
/// secret. Filled by every room that has something to look at, by registering a class of its own.
/// </summary>
internal interface IDoctorCheck
{
    /// <summary>What it looks at, for when it cannot.</summary>
    string Subject { get; }

    IAsyncEnumerable<Finding> RunAsync(CancellationToken cancellationToken);
}
