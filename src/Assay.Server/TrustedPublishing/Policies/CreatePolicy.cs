using Assay.Npm;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Packages;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>A policy that was written, with what its author should know about it.</summary>
internal sealed record WrittenPolicy(TrustPolicy Policy, string Notice);

/// <summary>
/// Writes a policy. One that allows may have to cool off; one that denies holds at once. What it shuts out loses its tokens in the same commit.
/// </summary>
internal sealed class CreatePolicy(
    TrustStore trust, CommitQueue commits, RegistryDbSource source, ProposePolicy propose, INewNames newNames, PolicyNotices notices,
    SecondOwners seconds, WaitingChanges waiting)
{
    public async Task<(WrittenPolicy? Written, Denial? Denial)> RunAsync(
        PolicyDocument document, NamePattern target, PolicyWriter writer, CancellationToken cancellationToken)
    {
        // Asked again in the commit, where it counts; here it keeps the issuers and their names from those who may not trust.
        await using (var db = source.Open())
        {
            if (await PolicyRights.MayWriteAsync(db, target, document.Effect, writer, cancellationToken) is { } denial)
            {
                return (null, denial);
            }
        }
        var (wanted, problem) = await propose.RunAsync(document, target, cancellationToken);
        return wanted is null ? (null, problem) : await RunAsync(wanted, document.Note, writer, cancellationToken);
    }

    public async Task<(WrittenPolicy? Written, Denial? Denial)> RunAsync(
        TrustPolicy wanted, string note, PolicyWriter writer, CancellationToken cancellationToken)
    {
        var newName = await AskForNameAsync(wanted, cancellationToken);
        if (newName?.Denial is { } taken)
        {
            return (null, taken);
        }
        var (policy, revoked, denial) = await commits.RunAsync((commit, stop) => AddAsync(commit, wanted, note, writer, newName, stop), cancellationToken);
        return policy is null
            ? (null, denial)
            : (new WrittenPolicy(policy, await notices.CreatedAsync(policy, revoked, cancellationToken)), null);
    }

    private async Task<(TrustPolicy? Policy, int Revoked, Denial? Denial)> AddAsync(
        Commit commit, TrustPolicy wanted, string note, PolicyWriter writer, NewName? newName, CancellationToken cancellationToken)
    {
        await waiting.LapseAsync(commit, cancellationToken);
        var denial = await PolicyRights.MayWriteAsync(commit.Db, wanted.Target, wanted.Effect, writer, cancellationToken)
            ?? await PolicyRows.ConflictAsync(commit.Db, trust, wanted, except: null, cancellationToken)
            ?? await NameReleasedAsync(commit.Db, wanted, newName, cancellationToken);
        if (denial is not null)
        {
            return (null, 0, denial);
        }
        var id = PolicyRows.NewId();
        var time = await seconds.TimeAsync(commit, $"{wanted.Target} {id}", [wanted.Target], PolicyChange.Widens(null, wanted, null), writer, cancellationToken);
        // The days in which it must learn its ids begin when it can.
        var policy = wanted.WithLife(new PolicyLife(id, ArmedAt: time.IsWaiting || time.From < commit.Now ? commit.Now : time.From) { EffectiveAt = time.From });
        await Reservations.ReserveAsync(commit, policy, writer, newName is { TakesScope: true }, cancellationToken);
        commit.Db.TrustPolicies.Add(PolicyRows.Of(policy, note, writer.PersonId!.Value, commit.Now, time));
        var revoked = await RevokeShutOutAsync(commit, policy, cancellationToken);
        commit.PolicyChanged(policy.Target);
        commit.Record(writer.Actor, "policy.created", $"{policy.Target} {policy.Id}", PolicyJson.Write(policy));
        return (policy, revoked, null);
    }

    /// <summary>A policy of one package reserves its name, so whoever else answers for it is asked before. Null when there is nothing to ask.</summary>
    private async Task<NewName?> AskForNameAsync(TrustPolicy wanted, CancellationToken cancellationToken)
    {
        if (!Reserves(wanted) || !PackageName.TryParse(wanted.Target.Text, out var name))
        {
            return null;
        }
        await using var db = source.Open();
        return await db.Packages.AnyAsync(row => row.Name == name.Value, cancellationToken) ? null : await newNames.AskAsync(name, cancellationToken);
    }

    /// <summary>The name was somebody's when it was looked at, and is nobody's now: whether it may be taken was never asked.</summary>
    private static async Task<Denial?> NameReleasedAsync(RegistryDb db, TrustPolicy wanted, NewName? newName, CancellationToken cancellationToken) =>
        newName is null && Reserves(wanted) && !await db.Packages.AnyAsync(row => row.Name == wanted.Target.Text, cancellationToken)
            ? new Denial(StatusCodes.Status409Conflict, "conflict", $"The reservation of {wanted.Target} ended in this very moment. Try again.")
            : null;

    private static bool Reserves(TrustPolicy wanted) => wanted.Effect is not PolicyEffect.Deny && wanted.Target.IsExact;

    /// <summary>A package's first policy shuts out the wider ones at once, also while it waits.</summary>
    private static async Task<int> RevokeShutOutAsync(Commit commit, TrustPolicy policy, CancellationToken cancellationToken)
    {
        if (policy.Effect is PolicyEffect.Deny)
        {
            return await RevokeTokens.OverlappingAsync(commit, policy.Target, policy.BindingId, policy.Actions, cancellationToken);
        }
        return policy.Target.IsExact && !await SetInheritance.IsOnAsync(commit.Db, policy.Target.Text, commit.Now, cancellationToken)
            ? await RevokeTokens.ShutOutAsync(commit, policy.Target, cancellationToken)
            : 0;
    }
}
