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
        var wanted = new Wanted(package, claims, granted, address, NpmToken.Create(RandomNumberGenerator.GetBytes(NpmToken.RandomBytes)));
        return await commits.RunAsync((commit, stop) => MintAsync(commit, wanted, stop), cancellationToken);
    }

    private async Task<(ExchangeResult.Granted? Result, Refusal? Refusal)> MintAsync(Commit commit, Wanted wanted, CancellationToken cancellationToken)
    {
        var policy = await commit.Db.TrustPolicies.AsTracking().SingleOrDefaultAsync(row => row.Id == wanted.Granted.Policy.Id, cancellationToken);
        var replay = await commit.Db.Replays.AsTracking().SingleOrDefaultAsync(row => row.Key == wanted.Key, cancellationToken);
        if (Refused(policy, replay, wanted) is { } refusal)
        {
            return (null, refusal);
        }
        Learn(commit, policy!, wanted);
        Use(policy!, commit.Now);
        await TakeTurnAsync(commit, replay, wanted, cancellationToken);
        var expires = commit.Now.AddMinutes(options.Value.PublishTokenMinutes);
        await StoreAsync(commit, policy!, wanted, expires, cancellationToken);
        await Attempts.AddGrantAsync(commit, wanted.Package, wanted.Claims, wanted.Granted, wanted.Address, cancellationToken);
        return (new ExchangeResult.Granted(wanted.Token, commit.Now, expires), null);
    }

    /// <summary>SHA-256 over the parts, each with its length, so that no two keys can be written the same way.</summary>
    private static byte[] KeyOf(VerifiedClaims claims, PackageName package)
    {
        var key = ReplayKey.Of(claims, package.Value, ActionClass.Publish);
        string[] parts = [key.Issuer, key.TokenId, key.Package, key.Class.ToString()];
        return SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(parts.Select(part => $"{part.Length}:{part}"))));
    }

    private Refusal? Refused(TrustPolicyRow? policy, ReplayRow? replay, Wanted wanted)
    {
        var package = wanted.Package;
        if (policy is null || policy.Revision != wanted.Granted.Policy.Revision || !HasSamePins(policy, wanted))
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
    private bool HasSamePins(TrustPolicyRow policy, Wanted wanted) =>
        wanted.Granted.PinsToLearn.Count == 0
        || (trust.Read(policy, wanted.Package.Value) is { } current
            && wanted.Granted.PinsToLearn.All(pin => current.Pins.GetValueOrDefault(pin.Key, pin.Value) == pin.Value));

    private void Learn(Commit commit, TrustPolicyRow policy, Wanted wanted)
    {
        var pins = wanted.Granted.PinsToLearn;
        if (pins.Count == 0)
        {
            return;
        }
        policy.Rules = PolicyJson.Write(trust.Read(policy, wanted.Package.Value)!.WithPins(pins));
        commit.Changed(TrustStore.PoliciesChanged(wanted.Package));
        commit.Record(new Actor("trusted publishing", ""), "policy.pinned", $"{wanted.Package} {policy.Id}",
            string.Join(", ", pins.Select(pin => $"{pin.Key}={pin.Value}")));
    }

    // Good to the minute: a busy policy's row need not be written with every exchange.
    private static void Use(TrustPolicyRow policy, DateTimeOffset now)
    {
        if (policy.LastUsedAt is not { } last || now - last >= TimeSpan.FromMinutes(1))
        {
            policy.LastUsedAt = now;
        }
    }

    // Written as plain SQL, here and below: these rows are written with every exchange, and tracking them costs more than storing them.
    private static async Task TakeTurnAsync(Commit commit, ReplayRow? replay, Wanted wanted, CancellationToken cancellationToken)
    {
        var hash = wanted.Token.Hash.ToArray();
        if (replay is null)
        {
            var keepUntil = (wanted.Claims.ExpiresAt + ReplayMargin).ToUnixTimeMilliseconds();
            await commit.Db.Database.ExecuteSqlAsync($"""
                INSERT INTO "Replays" ("Key", "Exchanges", "CurrentToken", "KeepUntil") VALUES ({wanted.Key}, {1}, {hash}, {keepUntil})
                """, cancellationToken);
            return;
        }
        var earlier = replay.CurrentToken;
        await commit.Db.PublishTokens.Where(row => row.Hash == earlier && row.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, commit.Now), cancellationToken);
        commit.Changed(Credential.ChangeKey(TokenHash.FromBytes(earlier)));
        replay.Exchanges++;
        replay.CurrentToken = hash;
    }

    private static Task<int> StoreAsync(Commit commit, TrustPolicyRow policy, Wanted wanted, DateTimeOffset expires, CancellationToken cancellationToken) =>
        commit.Db.Database.ExecuteSqlAsync($"""
            INSERT INTO "PublishTokens" ("Hash", "PackageName", "Actions", "PolicyId", "PolicyRevision", "BindingId", "ProviderId", "ReplayKey", "DisplayName", "RunJson", "CreatedAt", "ExpiresAt")
            VALUES ({wanted.Token.Hash.ToArray()}, {wanted.Package.Value}, {policy.Actions}, {policy.Id}, {policy.Revision}, {wanted.Claims.Binding.Id}, {wanted.Claims.Definition.Id}, {wanted.Key}, {wanted.Claims.Definition.DisplayName}, {wanted.RunJson}, {commit.Now.ToUnixTimeMilliseconds()}, {expires.ToUnixTimeMilliseconds()})
            """, cancellationToken);

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

    /// <summary>All that is known before the commit, made outside of it: the writer's time is everybody's.</summary>
    private sealed record Wanted(PackageName Package, VerifiedClaims Claims, Decision.Granted Granted, string Address, NpmToken Token)
    {
        public byte[] Key { get; } = KeyOf(Claims, Package);

        public string RunJson { get; } = Run(Claims);
    }
}
