using Assay.Npm;
using Assay.Server.Data.Rows;
using Assay.Trust.Evaluation;
using Assay.Trust.Policies;
using Assay.Trust.Refusals;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>What whoever changed trust should know about what they did, in a line that a terminal can show.</summary>
internal sealed class PolicyNotices(TrustStore trust, ProposeLock locks, IOptions<TrustedPublishingOptions> options, TimeProvider time)
{
    public async Task<string> CreatedAsync(TrustPolicy policy, int revoked, CancellationToken cancellationToken) => Line(
        Waiting(policy, time.GetUtcNow()),
        Meaning(policy),
        await ShutOutAsync(policy, cancellationToken),
        Revoked(revoked),
        await locks.ForAsync(policy, cancellationToken));

    public string Replaced(TrustPolicy policy, string before, DateTimeOffset now) => Line(
        policy.Life.EffectiveAt == PolicyLife.Unknown
            ? $"{AsksFor(policy.Id)} Until then policy {before} holds as it was."
            : policy.Life.EffectiveAt > now
            ? $"It widens trust, so it takes effect only {Time(policy.Life.EffectiveAt)}; until then policy {before} holds as it was."
            : $"It holds in place of policy {before}.",
        Meaning(policy));

    public async Task<string> EndedAsync(EndedPolicy ended, CancellationToken cancellationToken)
    {
        var row = ended.Row;
        if (ended.Stays is not null)
        {
            return Line($"Policy {row.Id} was withdrawn before it took effect; policy {ended.Stays} stays.");
        }
        if (row.AskedAt is not null)
        {
            return Line($"Ending a deny widens trust. {AsksFor(row.Id)} Until then the deny holds.");
        }
        return ended.Waits
            ? Line($"Ending a deny widens trust, so policy {row.Id} holds until {Time(row.EndsAt!.Value)}.")
            : Line($"Policy {row.Id} has ended.", Revoked(ended.Revoked), row.ShutsOutUntil is null ? await WiderAsync(row.Target, cancellationToken) : await StaysAloneAsync(row.Target, cancellationToken));
    }

    public string Inherits(PackageName package, PackageRow row, DateTimeOffset now, int revoked) => row.InheritsTrustFrom switch
    {
        null => Line($"Where {package} has policies of its own, wider ones do not count.", Revoked(revoked)),
        _ when row.InheritanceAskedAt is not null => Line(
            $"Letting wider policies count widens trust, and {package} or its scope demands a second owner: it takes effect when somebody else who may write its policies agrees, "
            + $"within {options.Value.SecondOwnerDays} days: POST /-/assay/v1/package/{package}/inheritance/agree"),
        { } start => Line(
            start > now ? $"Letting wider policies count widens trust, so it takes effect only {Time(start)}." : "", $"Policies of patterns and scopes count for {package} beside its own."),
    };

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    private string Meaning(TrustPolicy policy)
    {
        if (policy.Effect is PolicyEffect.Deny)
        {
            return $"It denies {string.Join(" and ", policy.Actions.Names())} on {policy.Target}.";
        }
        var definition = trust.DefinitionOf(policy)!;
        var pins = policy.IsPinned(definition)
            ? ""
            : $" The project's ids are learned at its first publish, which must come within {options.Value.UnpinnedDays} days.";
        return Gate.Describe(definition, policy) + pins;
    }

    /// <summary>The first own policy of a package keeps the wider ones out.</summary>
    private async Task<string> ShutOutAsync(TrustPolicy policy, CancellationToken cancellationToken)
    {
        var allowing = policy.Effect is PolicyEffect.Allow ? await AllowingAsync(policy.Target.Text, cancellationToken) : [];
        return allowing.Exists(standing => standing.IsShutOut) && allowing.Count(standing => standing.Policy.Target.IsExact) == 1
            ? $"{policy.Target} has a policy of its own now, so wider ones do not count for it unless it inherits: {Named(allowing.Where(standing => standing.IsShutOut))}."
            : "";
    }

    /// <summary>The last one kept them out.</summary>
    private async Task<string> WiderAsync(string target, CancellationToken cancellationToken)
    {
        var allowing = await AllowingAsync(target, cancellationToken);
        if (allowing.Count == 0 || allowing.Exists(standing => standing.Policy.Target.IsExact))
        {
            return "";
        }
        var when = allowing.Exists(standing => !standing.IsShutOut) ? "" : $" in {options.Value.CoolingOffHours} hours";
        return $"{target} has no policy of its own any more, so wider ones count for it{when}: {Named(allowing)}.";
    }

    private async Task<string> StaysAloneAsync(string target, CancellationToken cancellationToken)
    {
        var allowing = await AllowingAsync(target, cancellationToken);
        return allowing.Exists(standing => standing.IsShutOut) && !allowing.Exists(standing => standing.Policy.Target.IsExact)
            ? $"{target} demands a second owner, so wider policies do not count for it unless it inherits: {Named(allowing)}."
            : "";
    }

    /// <summary>The policies that allow something for a package; none for a pattern.</summary>
    private async Task<List<PolicyStanding>> AllowingAsync(string target, CancellationToken cancellationToken)
    {
        if (target.EndsWith('*') || !PackageName.TryParse(target, out var package))
        {
            return [];
        }
        var standings = PolicyStanding.Of(
            PolicyRows.Exactly(package), await trust.PoliciesAsync(package, cancellationToken), time.GetUtcNow(),
            options.Value.ToEvaluatorOptions(), trust.DefinitionOf);
        return [.. standings.Where(standing => standing.Policy.Effect is PolicyEffect.Allow)];
    }

    private static string Named(IEnumerable<PolicyStanding> standings) =>
        string.Join(", ", standings.Select(standing => $"{standing.Policy.Id} ({standing.Policy.Target})"));

    private string Waiting(TrustPolicy policy, DateTimeOffset now) => policy.Life.EffectiveAt == PolicyLife.Unknown ? AsksFor(policy.Id)
        : policy.Life.EffectiveAt > now ? $"It widens trust, so it takes effect only {Time(policy.Life.EffectiveAt)}."
        : "";

    private string AsksFor(string id) =>
        $"A second owner is demanded here: it takes effect when somebody else who may write this policy agrees, within {options.Value.SecondOwnerDays} days: POST /-/assay/v1/policies/{id}/agree.";

    private static string Revoked(int tokens) => tokens == 0 ? "" : $"{tokens} exchanged {(tokens == 1 ? "token was" : "tokens were")} revoked.";

    private static string Line(params string[] sentences) => Notice.From(string.Join(' ', sentences.Where(sentence => sentence.Length > 0)));
}
