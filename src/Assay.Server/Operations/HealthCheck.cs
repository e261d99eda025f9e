namespace Assay.Server.Operations;

/// <summary>One thing that has to work.</summary>
internal interface IHealthCheck
{
    string Name { get; }

    /// <summary>Whether no request can be served without it; otherwise it is told, and the node stays ready.</summary>
    bool IsNeeded { get; }

    /// <summary>Returns when it works; what it throws says why it does not.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
