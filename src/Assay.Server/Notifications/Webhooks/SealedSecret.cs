using Assay.Server.Data;
using Assay.Server.Data.Sealing;
using Assay.Server.Packages;

namespace Assay.Server.Notifications;

internal static class SealedSecret
{
    /// <summary>The secret as it is stored, or the refusal where this node has not the key to seal it with.</summary>
    public static async Task<(byte[]? Box, Denial? Denial)> SealAsync(SecretSeal seal, byte[] secret, CancellationToken cancellationToken)
    {
        try
        {
            return (await seal.SealAsync(WebhookSecret.Purpose, secret, cancellationToken), null);
        }
        catch (SecretsUnavailable)
        {
            // Where the file is, and what is wrong with it, is for the operator.
            return (null, new Denial(StatusCodes.Status503ServiceUnavailable, "secrets-unavailable",
                "The secret cannot be sealed: the registry's key for that is missing or is another one. The operator looks with ./run doctor."));
        }
    }
}
