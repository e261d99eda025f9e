using Assay.Server.Signing;

namespace Assay.Server.Operations;

/// <summary>This node can sign: versions, and what the log promises. A key on a token can be gone from one moment to the next.</summary>
internal sealed class HealthOfKeys(SigningKeys keys) : IHealthCheck
{
    private static readonly string[] Needed = [KeyPurpose.Registry, KeyPurpose.LogEcdsa, KeyPurpose.LogEd25519];

    public string Name => "keys";

    public bool IsNeeded => true;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var purpose in Needed)
        {
            (await keys.GetAsync(purpose, cancellationToken)).Sign(SelfTest.Message);
        }
    }
}
