using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.Policies;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>The last word on a publish token: alive, unused, for this package, under an unchanged policy of a trusted issuer.</summary>
internal sealed class PublishAuthority : IPublishAuthority
{
    public async Task<PublishVerdict> JudgeAsync(RegistryDb db, PublishClaim claim, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var token = await db.PublishTokens.AsNoTracking().SingleOrDefaultAsync(row => row.Id == claim.Grant.TokenId, cancellationToken);
        if (token is null || token.PackageName != claim.Package.Value)
        {
            return Deny(RefusalCodes.WrongPackage, $"This publish token is for {claim.Grant.Package}, not for {claim.Package}.");
        }
        if (token.UsedAt is not null)
        {
            return IsRepeat(token, claim)
                ? new PublishVerdict.Repeated()
                : Deny(RefusalCodes.PublishTokenUsed, $"This publish token has already published {token.PackageName}@{token.PublishedVersion}. Each publish needs an exchange of its own.");
        }
        if (token.RevokedAt is not null || token.ExpiresAt <= now)
        {
            return Deny(RefusalCodes.PublishTokenExpired, "This publish token has expired or was replaced. Exchange the job's identity token again.");
        }
        if (!await IsStillTrustedAsync(db, token, cancellationToken))
        {
            return Deny(RefusalCodes.PolicyChanged, "The trust policy that granted this publish token was changed or removed.");
        }
        return TrustActionNames.TryParse(token.Actions.Split(','), out var actions) && actions.HasFlag(TrustActions.Publish)
            ? new PublishVerdict.Allowed()
            : Deny(RefusalCodes.ActionNotGranted, $"The trust policy of {claim.Package} lets this run stage a version, not publish one.");
    }

    public async Task<PublishedRun> RecordAsync(Commit commit, PublishClaim claim, CancellationToken cancellationToken)
    {
        var token = await commit.Db.PublishTokens.AsTracking().SingleAsync(row => row.Id == claim.Grant.TokenId, cancellationToken);
        token.UsedAt = commit.Now;
        token.PublishedVersion = claim.Version;
        token.PublishedSha512 = claim.Integrity.Digest.ToArray();
        var replay = await commit.Db.Replays.AsTracking().SingleAsync(row => row.Key == token.ReplayKey, cancellationToken);
        replay.PublishedVersion = claim.Version;
        commit.Changed(Credential.ChangeKey(TokenHash.FromBytes(token.Hash)));
        return new PublishedRun(token.DisplayName, token.RunJson);
    }

    private static async Task<bool> IsStillTrustedAsync(RegistryDb db, PublishTokenRow token, CancellationToken cancellationToken) =>
        await db.TrustPolicies.AnyAsync(row => row.Id == token.PolicyId && row.Revision == token.PolicyRevision, cancellationToken)
        && await db.IssuerBindings.AnyAsync(row => row.Id == token.BindingId && row.EnabledIssuer != null, cancellationToken);

    private static bool IsRepeat(PublishTokenRow token, PublishClaim claim) =>
        token.PublishedVersion == claim.Version && token.PublishedSha512.AsSpan().SequenceEqual(claim.Integrity.Digest);

    private static PublishVerdict.Denied Deny(string code, string text) =>
        new(RefusedExchange.ToDenial(new Refusal(code, text)) with { Status = StatusCodes.Status403Forbidden });
}
