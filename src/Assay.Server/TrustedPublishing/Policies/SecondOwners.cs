using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>When a change of trust takes effect; with who asked for it while it waits for a second person, and then that time is not known.</summary>
internal sealed record ChangeTime(DateTimeOffset From, DateTimeOffset? AskedAt = null, long? AskedBy = null)
{
    public bool IsWaiting => AskedAt is not null;
}

/// <summary>What widens trust in a package or a scope that demands a second owner waits for one.</summary>
internal sealed class SecondOwners(IOptions<TrustedPublishingOptions> options)
{
    /// <summary>When a change takes effect. The operator, who has the machine, is exempt, and that is recorded.</summary>
    /// <param name="commit">That of the change.</param>
    /// <param name="subject">For the audit log.</param>
    /// <param name="targets">The names that it speaks of, before and after.</param>
    /// <param name="widens">Whether it widens trust.</param>
    /// <param name="writer">Who asks for it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ChangeTime> TimeAsync(
        Commit commit, string subject, IReadOnlyList<NamePattern> targets, bool widens, PolicyWriter writer, CancellationToken cancellationToken)
    {
        var cooledOff = new ChangeTime(PolicyRows.From(commit.Now, widens, options.Value));
        if (!widens || await DemandingAsync(commit, targets, cancellationToken) is not { } demanding)
        {
            return cooledOff;
        }
        if (writer.Member is null)
        {
            commit.Record(writer.Actor, "policy.agreed", subject, $"without a second person, whom {demanding} demands: the operator needs none");
            return cooledOff;
        }
        commit.Record(writer.Actor, "policy.waiting", subject, $"for a second person, whom {demanding} demands, until {AgreedBy(commit.Now):u}");
        return new ChangeTime(PolicyLife.Unknown, commit.Now, writer.PersonId);
    }

    /// <summary>Until when a policy that ends now shuts out wider ones: letting them count again is nothing that one person does.</summary>
    public static async Task<DateTimeOffset?> ShutsOutUntilAsync(Commit commit, TrustPolicyRow row, CancellationToken cancellationToken) =>
        row is { Effect: TrustPolicyRow.Allow, IsPattern: false } && await DemandingAsync(commit, [PolicyRows.TargetOf(row)], cancellationToken) is not null ? PolicyLife.Unknown : null;

    /// <summary>Until when a second person can agree to what was asked then.</summary>
    public DateTimeOffset AgreedBy(DateTimeOffset askedAt) => askedAt.AddDays(options.Value.SecondOwnerDays);

    /// <summary>
    /// Why somebody is no second person; null when they are. Whoever took over one account must not be able to make another one for it: so a role counts that was there
    /// a while before. Administrators of the registry are made by administrators alone.
    /// </summary>
    public async Task<Denial?> RefuseNewcomerAsync(RegistryDb db, NamePattern target, DateTimeOffset askedAt, Caller.Member member, CancellationToken cancellationToken) =>
        member.IsAdministrator || await LongStanding.AdministeredAsync(db, target, member.PersonId, askedAt.AddHours(-options.Value.SecondOwnerHours), cancellationToken)
            ? null
            : new Denial(StatusCodes.Status403Forbidden, "second-person-needed",
                $"Who agrees must have administered {target} for {options.Value.SecondOwnerHours} hours when it was asked for; you have had your role for less. "
                    + "Somebody who had theirs before can agree, or an administrator of this registry.");

    /// <summary>From when on it holds if somebody agrees now: never sooner than when it has cooled off.</summary>
    public DateTimeOffset FromIfAgreed(DateTimeOffset askedAt, DateTimeOffset now) =>
        PolicyRows.From(askedAt, widens: true, options.Value) is var cooled && cooled > now ? cooled : PolicyRows.AtOnce(now);

    /// <summary>The package or scope that demands a second person for what widens trust in these names; null for none.</summary>
    public static Task<string?> DemandingAsync(RegistryDb db, IReadOnlyList<NamePattern> targets, DateTimeOffset now, CancellationToken cancellationToken) =>
        Demands.FindAsync(db, DemandKind.SecondOwner, [.. targets.Select(target => target.Level is NameLevel.Scope ? target.Scope : target.Text)], now, cancellationToken);

    private static Task<string?> DemandingAsync(Commit commit, IReadOnlyList<NamePattern> targets, CancellationToken cancellationToken) =>
        DemandingAsync(commit.Db, targets, commit.Now, cancellationToken);
}
