using Assay.Server.Data;

namespace Assay.Server.Signing;

/// <summary>Sees at the start that there is a key for each purpose, and that this node can sign with it.</summary>
internal sealed class OpenSigningKeys(SigningKeys keys, RotateKey rotate, KeyHolders holders)
{
    /// <exception cref="StartRefused">A private key is missing, can be read by others or is another one, or its token cannot be used.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await MakeFirstAsync(cancellationToken);
            await FindAllAsync(cancellationToken);
        }
        catch (KeyUnavailable failure)
        {
            throw new StartRefused(failure.Message);
        }
    }

    private async Task MakeFirstAsync(CancellationToken cancellationToken)
    {
        var known = await keys.ListAsync(cancellationToken);
        string[] missing = [.. KeyPurpose.All.Except(known.Select(row => row.Purpose), StringComparer.Ordinal)];
        if (missing.Length > 0)
        {
            await rotate.EnsureAsync(missing, cancellationToken);
        }
    }

    private async Task FindAllAsync(CancellationToken cancellationToken)
    {
        foreach (var purpose in KeyPurpose.All)
        {
            if (await keys.FindAsync(purpose, cancellationToken) is null)
            {
                var row = (await keys.ListAsync(cancellationToken)).First(row => row.Purpose == purpose);
                var holder = holders.Of(row.Handle);
                throw new StartRefused($"This node cannot sign as {row.KeyId}: there is no {holder.PlaceOf(row.Handle)}. {holder.RemedyFor(row.Handle)}");
            }
        }
    }
}
