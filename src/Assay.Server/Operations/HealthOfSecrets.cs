using Assay.Server.Data.Sealing;

namespace Assay.Server.Operations;

/// <summary>What is sealed can be opened on this node. Without it only codes of apps, passkeys and webhooks stand still, so that the node goes on serving.</summary>
internal sealed class HealthOfSecrets(SecretSeal seal) : IHealthCheck
{
    public string Name => "secrets";

    public bool IsNeeded => false;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await seal.ProblemAsync(cancellationToken) is { } problem)
        {
            throw new SecretsUnavailable(problem);
        }
    }
}
