namespace Assay.Server.Operations;

/// <summary>One thing without which no request can be served.</summary>
internal interface IHealthCheck
{
    string Name { get; }

    /// <summary>Returns when it works; what it throws says why it does not.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
