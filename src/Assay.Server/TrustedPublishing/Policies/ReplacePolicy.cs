using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Policies;

namespace Assay.Server.TrustedPublishing;

/// <summary>An edit: another policy in the place of this one.</summary>
internal sealed class ReplacePolicy(
    TrustStore trust, CommitQueue commits, RegistryDbSource source, ProposePolicy propose, SucceedPolicy succeed, WaitingChanges waiting, PolicyNotices notices,
    PublicUrl url)
{
    public async Task<(WrittenPolicy? Written, Denial? Denial)> RunAsync(
        string id, PolicyDocument document, PolicyWriter writer, CancellationToken cancellationToken)
    {
        var (row, denial) = await MayReplaceAsync(id, document, writer, cancellationToken);
        if (row is null)
        {
            return (null, denial);
        }
        var before = document.Pins is null ? trust.Read(row)?.Pins : null;
        var (wanted, problem) = await propose.RunAsync(Completed(document, row, before), document.Target ?? PolicyRows.TargetOf(row), cancellationToken);
        return wanted is null
            ? (null, problem)
            : await commits.RunAsync((commit, stop) => ReplaceAsync(commit, id, wanted, document, writer, stop), cancellationToken);
    }

    private async Task<(TrustPolicyRow? Row, Denial? Denial)> MayReplaceAsync(
        string id, PolicyDocument document, PolicyWriter writer, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var row = await PolicyRows.FindAsync(db, id, cancellationToken);
        return await MayReplaceAsync(db, id, row, document, writer, cancellationToken) is { } denial ? (null, denial) : (row, null);
    }

    private async Task<Denial?> MayReplaceAsync(
        RegistryDb db, string id, TrustPolicyRow? row, PolicyDocument document, PolicyWriter writer, CancellationToken cancellationToken)
    {
        if (row is null || !await PolicyRights.MaySeeAsync(db, row, writer, cancellationToken))
        {
            return PolicyRows.NotFound(id, url);
        }
        if (await PolicyRights.MayChangeAsync(db, row, writer, cancellationToken) is { } denial)
        {
            return denial;
        }
        if (row.EndsAt is { } end)
        {
            return EndPolicy.Over(row.Id, end);
        }
        if (row.Effect != (document.Effect is PolicyEffect.Deny ? TrustPolicyRow.Deny : TrustPolicyRow.Allow))
        {
            return ProposePolicy.Bad([$"Policy {id} is one that says {row.Effect}. End it and create another."]);
        }
        if (document.Target is not { } target || target.Text == row.Target)
        {
            return null;
        }
        // A package whose own policy moved elsewhere would be left to the wider ones.
        return target.IsExact || !row.IsPattern
            ? ProposePolicy.Bad([$"Policy {id} speaks of {row.Target}. Create another one for {target}, and end this one if it is not needed."])
            : await PolicyRights.MayWriteAsync(db, target, document.Effect, writer, cancellationToken);
    }

    private async Task<(WrittenPolicy? Written, Denial? Denial)> ReplaceAsync(
        Commit commit, string id, TrustPolicy wanted, PolicyDocument document, PolicyWriter writer, CancellationToken cancellationToken)
    {
        await waiting.LapseAsync(commit, cancellationToken);
        var row = await PolicyRows.FindAsync(commit.Db, id, cancellationToken);
        if (await MayReplaceAsync(commit.Db, id, row, document, writer, cancellationToken) is { } denial)
        {
            return (null, denial);
        }
        var before = trust.Read(row!);
        // Ids may have been learned since the request came in.
        var policy = document.Pins is null && before is not null && before.BindingId == wanted.BindingId ? wanted.WithPins(before.Pins) : wanted;
        if (before is not null && PolicyRows.IsSame(before, policy) && policy.Pins.Count == before.Pins.Count && row!.Note == document.Note)
        {
            return (null, new Denial(StatusCodes.Status409Conflict, "policy-exists", $"Policy {id} says just that already."));
        }
        if (await PolicyRows.ConflictAsync(commit.Db, trust, policy, except: id, cancellationToken) is { } conflict)
        {
            return (null, conflict);
        }
        policy = await succeed.RunAsync(commit, row!, before, policy, document.Note, writer, "policy.replaced", cancellationToken);
        return (new WrittenPolicy(policy, notices.Replaced(policy, id, commit.Now)), null);
    }

    /// <summary>What an edit does not mention stays: the issuer, and the ids of its project.</summary>
    private static PolicyDocument Completed(PolicyDocument document, TrustPolicyRow row, IReadOnlyDictionary<string, string>? pins)
    {
        var keepsBinding = document.Binding is null && (document.Provider is null || document.Provider == row.ProviderId);
        return document with
        {
            Binding = keepsBinding ? row.BindingId : document.Binding,
            Pins = document.Pins ?? (keepsBinding || document.Binding == row.BindingId ? pins : null),
        };
    }
}
