using System.Security.Cryptography;
using System.Text;
using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust;
using Assay.Trust.Policies;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>The memory of identity tokens: how often one was exchanged for a class of actions, and whether it has published.</summary>
internal sealed class Replays(IOptions<TrustedPublishingOptions> options)
{
    // The record must outlive every moment at which the identity token could still be accepted.
    private static readonly TimeSpan Margin = TokenVerification.MaximumLeeway + TimeSpan.FromMinutes(5);

    /// <summary>SHA-256 over the parts, each with its length, so that no two keys can be written the same way.</summary>
    public static byte[] KeyOf(Grant grant)
    {
        // All reading with one identity token is counted as one: by names, there would be as many counts as there are sets of names.
        var package = grant.Request.Class is ActionClass.Read ? "*" : grant.Names[0].Name.Text;
        var key = ReplayKey.Of(grant.Claims, package, grant.Request.Class);
        string[] parts = [key.Issuer, key.TokenId, key.Package, key.Class.ToString()];
        return SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(parts.Select(part => $"{part.Length}:{part}"))));
    }

    /// <summary>Null when the identity token may be exchanged once more.</summary>
    public Refusal? Refuse(ReplayRow? replay, Grant grant)
    {
        var name = grant.Names[0].Name;
        return replay switch
        {
            null => null,
            { PublishedVersion: { } version } => new Refusal(RefusalCodes.TokenReplayed,
                $"This identity token has already published {name}@{version}. Each publish needs a token of a new run."),
            _ when replay.Exchanges < Allowed(grant.Request.Class) => null,
            _ => new Refusal(RefusalCodes.TooManyExchanges,
                $"This identity token was exchanged {replay.Exchanges} times {What(grant.Request.Class, name.Text)}. Request a new one in the job."),
        };
    }

    // Plain SQL, because this row is written with every exchange: tracking it costs more than storing it.
    public static async Task TakeTurnAsync(
        Commit commit, ReplayRow? replay, Grant grant, byte[] key, TokenHash token, CancellationToken cancellationToken)
    {
        var hash = token.ToArray();
        if (replay is null)
        {
            var keepUntil = (grant.Claims.ExpiresAt + Margin).ToUnixTimeMilliseconds();
            await commit.Db.Database.ExecuteSqlAsync($"""
                INSERT INTO "Replays" ("Key", "Exchanges", "CurrentToken", "KeepUntil") VALUES ({key}, {1}, {hash}, {keepUntil})
                """, cancellationToken);
            return;
        }
        // The steps of one job install side by side, and one must not end the other's token. Together they can do no more than each.
        if (grant.Request.Class is not ActionClass.Read)
        {
            await RevokeAsync(commit, replay.CurrentToken, cancellationToken);
        }
        replay.Exchanges++;
        replay.CurrentToken = hash;
    }

    private int Allowed(ActionClass actions) => actions is ActionClass.Read ? options.Value.ReadExchangesPerToken : options.Value.ExchangesPerToken;

    private static string What(ActionClass actions, string name) => actions switch
    {
        ActionClass.Publish => $"for {name} without a publish",
        ActionClass.Tags => $"for changes of {name}",
        _ => "for reading",
    };

    private static async Task RevokeAsync(Commit commit, byte[] earlier, CancellationToken cancellationToken)
    {
        await commit.Db.PublishTokens.Where(row => row.Hash == earlier && row.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, commit.Now), cancellationToken);
        commit.Changed(Credential.ChangeKey(TokenHash.FromBytes(earlier)));
    }
}
