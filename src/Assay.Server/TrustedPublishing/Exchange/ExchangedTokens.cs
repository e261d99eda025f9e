using Assay.Npm;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Knows the exchanged tokens among the credentials.</summary>
internal sealed class ExchangedTokens(RegistryDbSource source, TrustStore trust, TimeProvider time) : ICredentialSource
{
    public async Task<Credential?> FindAsync(TokenHash hash, CancellationToken cancellationToken)
    {
        var bytes = hash.ToArray();
        await using var db = source.Open();
        var row = await db.PublishTokens.SingleOrDefaultAsync(token => token.Hash == bytes, cancellationToken);
        if (row is null || !TrustActionNames.TryParse(row.Actions.Split(','), out var actions))
        {
            return null;
        }
        var grant = new WorkloadGrant(row.Id, NamesOf(row.Names), actions, row.ProviderId, row.Policies.Split('\n')[0], row.DisplayName)
        {
            IsUsed = row.UsedAt is not null,
            Origin = OriginOf(row),
        };
        // A change asks in its own commit. Reading asks nobody, so here.
        var hasLostTrust = (row.RevokedAt is not null || actions is TrustActions.Read) && !await IsTrustedAsync(db, row, cancellationToken);
        var ended = await WhyRevoked.FindAsync(db, row, cancellationToken);
        var revokedAt = row.RevokedAt ?? (hasLostTrust ? time.GetUtcNow() : null);
        return new Credential(this, hash, row.ExpiresAt, revokedAt, [], address => new Caller.Workload(grant, address))
        {
            WhenRevoked = ended is not null ? ended.PublicText : hasLostTrust
                ? "The trust policy or the issuer that this token rests on was changed, removed or disabled. Run the job again."
                : "This token was revoked, or replaced by a later exchange of the same identity token. Exchange the job's identity token again.",
            WhenExpired = $"This token expired at {row.ExpiresAt:u}. Exchange the job's identity token again.",
            RejectionCode = ended is not null ? ended.Code : hasLostTrust ? RefusalCodes.PolicyChanged : RefusalCodes.PublishTokenExpired,
        };
    }

    /// <summary>Stored one a line.</summary>
    public static IReadOnlyList<NamePattern> NamesOf(string lines) =>
        [.. lines.Split('\n').Select(text => NamePattern.TryParse(text, out var pattern) ? pattern : null).OfType<NamePattern>()];

    // A use is recorded with what it did.
    public void Touch(Credential credential)
    {
    }

    /// <summary>Used ones too: a reporter is not told that it had published, and the repeat of its publish is no loss.</summary>
    public async Task<bool> EndLeakedAsync(Commit commit, TokenHash hash, Leak leak, CancellationToken cancellationToken)
    {
        var bytes = hash.ToArray();
        var rows = commit.Db.PublishTokens.Where(row => row.Hash == bytes && row.RevokedAt == null && row.ExpiresAt > commit.Now);
        if (await rows.SingleOrDefaultAsync(cancellationToken) is not { } row)
        {
            return false;
        }
        await RevokeTokens.TheseAsync(commit, rows, cancellationToken);
        commit.Record(leak.Reporter, "exchanged-token.leaked", row.Names.Replace('\n', ' '), $"{leak.Where}; {OriginOf(row)}");
        return true;
    }

    private static string OriginOf(PublishTokenRow row) =>
        $"issuer {row.BindingId}, project {row.ProjectId}" + (row.RunId.Length == 0 ? "" : $", run {row.RunId}");

    private async Task<bool> IsTrustedAsync(RegistryDb db, PublishTokenRow row, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var policies = row.Policies.Split('\n').Distinct().ToList();
        var standing = await db.TrustPolicies.CountAsync(
            policy => policies.Contains(policy.Id) && (policy.EndsAt == null || policy.EndsAt > now), cancellationToken);
        return standing == policies.Count && await trust.TrustsAsync(db, row.BindingId, cancellationToken);
    }
}
