using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Data.Sealing;

/// <summary>
/// Seals secrets that have to be read again, so that a copy of the database alone does not give them away. One key serves the whole registry:
/// it is made when something is sealed for the first time, and its id is kept in the database.
/// </summary>
internal sealed partial class SecretSeal(SecretKeyFile file, RegistryDbSource source, CommitQueue commits, ILogger<SecretSeal> logger)
{
    private volatile SecretKey? key;

    /// <summary>
    /// At the start: null when what was sealed can be opened, or nothing ever was; otherwise what an operator has to hear. It is no reason to serve nobody: all that
    /// takes no sealed secret goes on, and whoever comes with a key later is let in without a start.
    /// </summary>
    public async Task<string?> OpenAsync(CancellationToken cancellationToken)
    {
        if (await ProblemAsync(cancellationToken) is not { } problem)
        {
            return null;
        }
        CannotOpen(problem);
        return $"Warning: {problem} Until then nobody gives codes of an app, and webhooks are not delivered. If the key is lost for good: ./run admin secrets forget";
    }

    /// <summary>Null when what was sealed can be opened on this node now, or nothing ever was.</summary>
    public async Task<string?> ProblemAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        if (await SealedWithAsync(db, cancellationToken) is not { } id)
        {
            return null;
        }
        try
        {
            key = Matching(id);
            return null;
        }
        catch (SecretsUnavailable refused)
        {
            return refused.Message;
        }
    }

    /// <summary>Once what was sealed is forgotten: the next secret is sealed with the key that is there then, or with a new one.</summary>
    public void Forget() => key = null;

    /// <summary>Before the commit that stores it.</summary>
    /// <exception cref="SecretsUnavailable">The key is missing, is another one, or cannot be kept.</exception>
    public async Task<byte[]> SealAsync(string purpose, ReadOnlyMemory<byte> secret, CancellationToken cancellationToken) =>
        (await KeyAsync(cancellationToken)).Seal(purpose, secret.Span);

    /// <summary>The key itself, for what is sealed and opened inside a commit: asked for before it, because it may need a commit of its own.</summary>
    /// <exception cref="SecretsUnavailable">The key is missing, is another one, or cannot be kept.</exception>
    public async ValueTask<SecretKey> KeyAsync(CancellationToken cancellationToken) => key ??= await FirstAsync(cancellationToken);

    /// <exception cref="SecretsUnavailable">The key is missing, or is another one.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was sealed for another purpose, or was changed.</exception>
    public byte[] Open(string purpose, ReadOnlySpan<byte> box)
    {
        // Another node may have sealed first.
        key ??= Matching(box[..Math.Min(box.Length, SecretKey.IdSize)]);
        return key.Open(purpose, box);
    }

    private static async Task<byte[]?> SealedWithAsync(RegistryDb db, CancellationToken cancellationToken) =>
        await db.State.Select(row => row.SecretsKeyId).SingleOrDefaultAsync(cancellationToken);

    private async Task<SecretKey> FirstAsync(CancellationToken cancellationToken)
    {
        await using (var db = source.Open())
        {
            if (await SealedWithAsync(db, cancellationToken) is { } id)
            {
                return Matching(id);
            }
        }
        var first = file.ReadOrMake();
        var mine = first.Id.ToArray();
        var kept = await commits.RunAsync(async (commit, stop) =>
        {
            var state = await commit.Db.State.AsTracking().SingleAsync(stop);
            // Another node may have been faster, with a key of its own.
            return state.SecretsKeyId ??= mine;
        }, cancellationToken);
        return Matching(kept);
    }

    private SecretKey Matching(ReadOnlySpan<byte> id)
    {
        var found = file.Read()
            ?? throw new SecretsUnavailable($"Secrets of this registry are sealed, and the key to them is missing: there is no {file.Path}. Put it back from a backup, or copy it from another node, with mode 0600.");
        return found.Id.SequenceEqual(id)
            ? found
            : throw new SecretsUnavailable($"{file.Path} is not the key that secrets of this registry are sealed with. Put the right one back from a backup, or copy it from another node.");
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Problem}")]
    private partial void CannotOpen(string problem);
}
