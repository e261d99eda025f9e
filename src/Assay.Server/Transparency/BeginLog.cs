using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Signing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Transparency;

/// <summary>Sees at the start that there is a log. Its first leaves are the keys that there were before it.</summary>
internal sealed class BeginLog(CommitQueue commits, RegistryDbSource source, SigningKeys keys, LogWriter writer, PublicUrl publicUrl, IOptions<LogOptions> options)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(cancellationToken))
        {
            var known = await keys.ListAsync(cancellationToken);
            await commits.RunAsync((commit, stop) => BeginAsync(commit, known, stop), cancellationToken);
        }
        writer.Begun();
    }

    private async Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await db.Log.AnyAsync(cancellationToken);
    }

    private async Task<bool> BeginAsync(Commit commit, IReadOnlyList<SigningKeyRow> known, CancellationToken cancellationToken)
    {
        // Another node may have been faster.
        if (await commit.Db.Log.AnyAsync(cancellationToken))
        {
            return false;
        }
        if (await commit.Db.LogLeaves.AnyAsync(cancellationToken))
        {
            throw new StartRefused("The log's leaves are there, but not what it is called and how far it is. Restore a backup.");
        }
        LogWriter.Begin(commit, options.Value.Origin ?? publicUrl.Base.Authority);
        await commit.Db.SaveChangesAsync(cancellationToken);
        foreach (var key in known.OrderBy(row => row.Id))
        {
            await writer.AppendAsync(commit, EventOf(key), cancellationToken);
        }
        return true;
    }

    private static LogEvent EventOf(SigningKeyRow key) => new(LogKind.Key, null, null, LogAudience.Readers, new JsonObject
    {
        ["act"] = "key.created",
        ["subject"] = key.Purpose,
        ["detail"] = key.KeyId,
        ["by"] = "registry",
    });
}
