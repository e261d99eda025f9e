using System.Security.Cryptography;
using Assay.Npm;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.Bindings;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Providers;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>The token, or what stood in its way in the last moment, and for which name.</summary>
internal abstract record Minting
{
    internal sealed record Minted(ExchangeResult.Granted Result) : Minting;

    internal sealed record Refused(NamePattern Name, Refusal Refusal) : Minting;
}

/// <summary>
/// What follows a yes, in one commit: each policy is still the one that was evaluated, its ids are learned if this is its first success,
/// the replay record is taken, an earlier token of the class dies, the new one is stored as a hash.
/// </summary>
internal sealed class MintToken(
    TrustStore trust, CommitQueue commits, Replays replays, SucceedPolicy successors, IOptions<TrustedPublishingOptions> options)
{
    public Task<Minting> RunAsync(Grant grant, CancellationToken cancellationToken)
    {
        var wanted = new Wanted(grant, NpmToken.Create(RandomNumberGenerator.GetBytes(NpmToken.RandomBytes)));
        return commits.RunAsync((commit, stop) => MintAsync(commit, wanted, stop), cancellationToken);
    }

    private async Task<Minting> MintAsync(Commit commit, Wanted wanted, CancellationToken cancellationToken)
    {
        var policies = await PoliciesAsync(commit.Db, wanted.Grant, cancellationToken);
        var replay = await commit.Db.Replays.AsTracking().SingleOrDefaultAsync(row => row.Key == wanted.Key, cancellationToken);
        if (await RefusedAsync(commit, policies, replay, wanted, cancellationToken) is { } refused)
        {
            return refused;
        }
        foreach (var granted in wanted.Grant.Names.DistinctBy(granted => granted.PolicyId))
        {
            Learn(commit, policies[granted.PolicyId], granted);
            await successors.TeachAsync(commit, policies[granted.PolicyId], granted.Decision.PinsToLearn, cancellationToken);
            Use(commit, policies[granted.PolicyId], granted.Decision.Renames);
        }
        await Replays.TakeTurnAsync(commit, replay, wanted.Grant, wanted.Key, wanted.Token.Hash, cancellationToken);
        var expires = Expiry(policies.Values, wanted.Grant);
        await StoreAsync(commit, wanted, expires, cancellationToken);
        foreach (var granted in wanted.Grant.Names)
        {
            await Attempts.AddGrantAsync(commit, granted, wanted.Grant, cancellationToken);
        }
        return new Minting.Minted(new ExchangeResult.Granted(wanted.Token, wanted.Actions, wanted.Grant.At, expires));
    }

    private static async Task<Dictionary<string, TrustPolicyRow>> PoliciesAsync(RegistryDb db, Grant grant, CancellationToken cancellationToken)
    {
        Dictionary<string, TrustPolicyRow> policies = new(StringComparer.Ordinal);
        foreach (var id in grant.Names.Select(granted => granted.PolicyId).Distinct())
        {
            if (await TrustStore.PoliciesUnder(db, grant.Claims.Binding).AsTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is { } row)
            {
                policies[id] = row;
            }
        }
        return policies;
    }

    private async Task<Minting.Refused?> RefusedAsync(
        Commit commit, Dictionary<string, TrustPolicyRow> policies, ReplayRow? replay, Wanted wanted, CancellationToken cancellationToken)
    {
        var names = wanted.Grant.Names;
        var changed = names.FirstOrDefault(granted => !IsUnchanged(policies.GetValueOrDefault(granted.PolicyId), granted, commit.Now))
            ?? (await HaveNewRulesAsync(commit.Db, wanted.Grant, cancellationToken) ? names[0] : null);
        if (changed is not null)
        {
            return new Minting.Refused(changed.Name, new Refusal(
                RefusalCodes.PolicyChanged, $"The trust policies of {changed.Name} changed at this moment. Run the job again."));
        }
        return replays.Refuse(replay, wanted.Grant) is { } refusal ? new Minting.Refused(names[0].Name, refusal) : null;
    }

    private bool IsUnchanged(TrustPolicyRow? policy, GrantedName granted, DateTimeOffset now) =>
        policy is not null && !(policy.EndsAt <= now) && HasSamePins(policy, granted.Decision);

    /// <summary>Two first successes at once: the one that comes second must find the ids it would have learned.</summary>
    private bool HasSamePins(TrustPolicyRow policy, Decision.Granted granted) =>
        granted.PinsToLearn.Count == 0
        || (trust.Read(policy) is { } current
            && granted.PinsToLearn.All(pin => current.Pins.GetValueOrDefault(pin.Key, pin.Value) == pin.Value));

    // A change asks again, in its own commit. Reading does not, so rules made since the evaluation count here, and later ones revoke.
    private static async Task<bool> HaveNewRulesAsync(RegistryDb db, Grant grant, CancellationToken cancellationToken)
    {
        if (grant.Request.Class is not ActionClass.Read)
        {
            return false;
        }
        var scopes = grant.Names.Select(granted => granted.Name.Scope).Append(NamePattern.Everything.Scope).Distinct().ToList();
        return await db.TrustPolicies.AnyAsync(row => scopes.Contains(row.Scope) && row.CreatedAt > grant.At, cancellationToken);
    }

    private void Learn(Commit commit, TrustPolicyRow policy, GrantedName granted)
    {
        var pins = granted.Decision.PinsToLearn;
        if (pins.Count == 0)
        {
            return;
        }
        policy.Rules = PolicyJson.Write(trust.Read(policy)!.WithPins(pins));
        commit.Changed(TrustStore.PoliciesChanged(policy.Target));
        commit.Record(new Actor("trusted publishing", ""), "policy.pinned", $"{granted.Name} {policy.Id}",
            string.Join(", ", pins.Select(pin => $"{pin.Key}={pin.Value}")));
    }

    // Good to the minute: a busy policy's row need not be written with every exchange, and remembered copies may be a day behind.
    private static void Use(Commit commit, TrustPolicyRow policy, IReadOnlyList<Rename> renames)
    {
        var last = policy.LastUsedAt ?? DateTimeOffset.MinValue;
        if (commit.Now - last >= TimeSpan.FromMinutes(1))
        {
            policy.LastUsedAt = commit.Now;
        }
        if (commit.Now - last >= TimeSpan.FromDays(1))
        {
            commit.Changed(TrustStore.PoliciesChanged(policy.Target));
            foreach (var rename in renames)
            {
                commit.Record(new Actor("trusted publishing", ""), "project.renamed", $"{policy.Target} {policy.Id}", rename.ToString());
            }
        }
    }

    /// <summary>Counted from the evaluation, which is also when the token says that it was made: rules made later find it older than they are.</summary>
    private DateTimeOffset Expiry(IEnumerable<TrustPolicyRow> policies, Grant grant)
    {
        var minutes = grant.Request.Class is ActionClass.Read ? options.Value.ReadTokenMinutes : options.Value.PublishTokenMinutes;
        return policies.Select(policy => policy.EndsAt).OfType<DateTimeOffset>().Append(grant.At.AddMinutes(minutes)).Min();
    }

    // Written as plain SQL, as all rows that are written with every exchange: tracking them costs more than storing them.
    private static Task<int> StoreAsync(Commit commit, Wanted wanted, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        var claims = wanted.Grant.Claims;
        return commit.Db.Database.ExecuteSqlAsync($"""
            INSERT INTO "PublishTokens" (
                "Hash", "Names", "Actions", "Policies", "BindingId", "ProviderId", "ProjectId", "RunId", "Workflow", "ReplayKey", "DisplayName", "RunJson",
                "CreatedAt", "ExpiresAt")
            VALUES (
                {wanted.Token.Hash.ToArray()}, {wanted.Names}, {wanted.ActionNames}, {wanted.Policies}, {claims.Binding.Id}, {claims.Definition.Id}, {claims.ProjectId},
                {claims.RunId ?? ""}, {wanted.Workflow}, {wanted.Key}, {claims.Definition.DisplayName}, {wanted.RunJson},
                {wanted.Grant.At.ToUnixTimeMilliseconds()}, {expires.ToUnixTimeMilliseconds()})
            """, cancellationToken);
    }

    /// <summary>All that is known before the commit, made outside of it: the writer's time is everybody's.</summary>
    private sealed record Wanted(Grant Grant, NpmToken Token)
    {
        public byte[] Key { get; } = Replays.KeyOf(Grant);

        public TrustActions Actions { get; } = Grant.Names[0].Decision.Actions;

        public string ActionNames { get; } = string.Join(',', Grant.Names[0].Decision.Actions.Names());

        public string Names { get; } = string.Join('\n', Grant.Names.Select(granted => granted.Name));

        public string Policies { get; } = string.Join('\n', Grant.Names.Select(granted => granted.PolicyId));

        public string Workflow { get; } = Grant.Claims.Fact(RunShape.Workflow) ?? "";

        public string RunJson { get; } = Run.ToJson(Grant.Claims);
    }
}
