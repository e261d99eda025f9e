using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Data.Sealing;

/// <summary>What is sealed can be opened on this node.</summary>
internal sealed class SecretSealCheck(SecretKeyFile file, RegistryDbSource source) : IDoctorCheck
{
    public string Subject => "key of sealed secrets";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var id = await db.State.Select(row => row.SecretsKeyId).SingleOrDefaultAsync(cancellationToken);
        if (id is not null)
        {
            yield return Look(id);
        }
    }

    private Finding Look(byte[] id)
    {
        try
        {
            // Asked anew, past what this node remembers.
            return file.Read() is { } key && key.Id.SequenceEqual(id)
                ? Finding.Ok($"Sealed secrets can be opened ({file.Path})")
                : Finding.Failed(
                    file.IsThere ? $"{file.Path} is not the key that secrets are sealed with" : $"Secrets are sealed, and there is no {file.Path}",
                    "Put the right one back from a backup, or copy it from another node, with mode 0600; if it is lost for good: ./run admin secrets forget");
        }
        catch (SecretsUnavailable refused)
        {
            return Finding.Failed(refused.Message, "Mend that, and ask again");
        }
    }
}
