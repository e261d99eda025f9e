using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// What follows a yes, in one commit: the policy is still the one that was evaluated, its ids are learned if this is its first success,
/// the replay record is taken, an earlier token of the class dies, the new one is stored as a hash.
/// </summary>
internal sealed class MintPublishToken(TrustStore trust, CommitQueue commits, IOptions<TrustedPublishingOptions> options)
{
    // The record must outlive every moment at which the identity token could still be accepted.
    private static readonly TimeSpan ReplayMargin = TokenVerification.MaximumLeeway + TimeSpan.FromMinutes(5);

    public async Task<(ExchangeResult.Granted? Result, Refusal? Refusal)> RunAsync(
        PackageName package, VerifiedClaims claims, Decision.Granted granted, string address, CancellationToken cancellationToken)
    {
        var token = NpmToken.Create(RandomNumberGenerator.GetBytes(NpmToken.RandomBytes));
        return await commits.RunAsync(async (commit, stop) =>
        {
            var policy = await commit.Db.TrustPolicies.AsTracking().SingleOrDefaultAsync(row => row.Id == granted.Policy.Id, stop);
            var key = KeyOf(claims, package);
            var replay = await commit.Db.Replays.AsTracking().SingleOrDefaultAsync(row => row.Key == key, stop);
            if (Refused(policy, replay, granted, package) is { } refusal)
            {
                return ((ExchangeResult.Granted?)null, (Refusal?)refusal);
            }
            Learn(commit, policy!, granted, package);
            await TakeTurnAsync(commit, replay, key, token, claims, stop);
            var row = Row(token, package, policy!, key, claims, commit.Now);
            commit.Db.PublishTokens.Add(row);
            policy!.LastUsedAt = commit.Now;
            Attempts.AddGrant(commit, package, claims, granted, address);
            return (new ExchangeResult.Granted(token, row.CreatedAt, row.ExpiresAt), null);
        }, cancellationToken);
    }

    /// <summary>SHA-256 over the parts, each with its length, so that no two keys can be written the same way.</summary>
    private static byte[] KeyOf(VerifiedClaims claims, PackageName package)
    {
        var key = ReplayKey.Of(claims, package.Value, ActionClass.Publish);
        string[] parts = [key.Issuer, key.TokenId, key.Package, key.Class.ToString()];
        return SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(parts.Select(part => $"{part.Length}:{part}"))));
    }

    private Refusal? Refused(TrustPolicyRow? policy, ReplayRow? replay, Decision.Granted granted, PackageName package)
    {
        if (policy is null || policy.Revision != granted.Policy.Revision || trust.Read(policy, package.Value) is not { } current
            || !HasSamePins(current, granted))
        {
            return new Refusal(RefusalCodes.PolicyChanged, "The trust policy changed at this moment. Run the job again.");
        }
        if (replay is { PublishedVersion: { } version })
        {
            return new Refusal(RefusalCodes.TokenReplayed,
                $"This identity token has already published {package}@{version}. Each publish needs a token of a new run.");
        }
        return replay is not null && replay.Exchanges >= options.Value.ExchangesPerToken
            ? new Refusal(RefusalCodes.TooManyExchanges, $"This identity token was exchanged {replay.Exchanges} times for {package} without a publish. Request a new one in the job.")
            : null;
    }

    /// <summary>Two first successes at once: the one that comes second must find the ids it would have learned.</summary>
    private static bool HasSamePins(TrustPolicy current, Decision.Granted granted) =>
        granted.PinsToLearn.Count == 0 || granted.PinsToLearn.All(pin => current.Pins.GetValueOrDefault(pin.Key, pin.Value) == pin.Value);

    private void Learn(Commit commit, TrustPolicyRow policy, Decision.Granted granted, PackageName package)
    {
        if (granted.PinsToLearn.Count == 0)
        {
            return;
        }
        policy.Rules = PolicyJson.Write(trust.Read(policy, package.Value)!.WithPins(granted.PinsToLearn));
        commit.Changed(TrustStore.PoliciesChanged(package));
        commit.Record(new Actor("trusted publishing", ""), "policy.pinned", $"{package} {policy.Id}",
            string.Join(", ", granted.PinsToLearn.Select(pin => $"{pin.Key}={pin.Value}")));
    }

    private static async Task TakeTurnAsync(
        Commit commit, ReplayRow? replay, byte[] key, NpmToken token, VerifiedClaims claims, CancellationToken cancellationToken)
    {
        if (replay is null)
        {
            commit.Db.Replays.Add(new ReplayRow
            {
                Key = key,
                Exchanges = 1,
                CurrentToken = token.Hash.ToArray(),
                KeepUntil = claims.ExpiresAt + ReplayMargin,
            });
            return;
        }
        var earlier = replay.CurrentToken;
        await commit.Db.PublishTokens.Where(row => row.Hash == earlier && row.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, commit.Now), cancellationToken);
        commit.Changed(Credential.ChangeKey(TokenHash.FromBytes(earlier)));
        replay.Exchanges++;
        replay.CurrentToken = token.Hash.ToArray();
    }

    private PublishTokenRow Row(NpmToken token, PackageName package, TrustPolicyRow policy, byte[] key, VerifiedClaims claims, DateTimeOffset now) => new()
    {
        Hash = token.Hash.ToArray(),
        PackageName = package.Value,
        Actions = policy.Actions,
        PolicyId = policy.Id,
        PolicyRevision = policy.Revision,
        BindingId = claims.Binding.Id,
        ProviderId = claims.Definition.Id,
        ReplayKey = key,
        DisplayName = claims.Definition.DisplayName,
        RunJson = Run(claims),
        CreatedAt = now,
        ExpiresAt = now.AddMinutes(options.Value.PublishTokenMinutes),
    };

    /// <summary>The verified run as it is kept with the version: the declared claims and where they came from.</summary>
    private static string Run(VerifiedClaims claims)
    {
        var run = new JsonObject
        {
            ["provider"] = claims.Definition.Id,
            ["definitionRevision"] = claims.Definition.Revision,
            ["binding"] = claims.Binding.Id,
            ["issuer"] = claims.Issuer,
        };
        var declared = new JsonObject();
        foreach (var claim in claims.Definition.Claims.Keys.Where(claim => claims[claim] is not null))
        {
            declared[claim] = claims[claim];
        }
        run["claims"] = declared;
        return run.ToJsonString();
    }
}
