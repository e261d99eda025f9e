using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Signing;

namespace Assay.Server.Packages;

/// <summary>What came of an approval: how many more are needed, and what is published.</summary>
internal sealed record Approval(int Missing, IReadOnlyList<StageRow> Stages);

/// <summary>
/// Approves stages, all or none. When no approval is missing they are published in the same commit, in which everything is decided once more; what is missing for one keeps
/// all of them back.
/// </summary>
internal sealed class ApproveStages(
    RegistryDbSource source, CommitQueue commits, PrepareStages prepare, JudgeApproval judge, StoreVersion store, INewNames newNames, SigningKeys keys, TimeProvider time)
{
    private const int NamesShown = 5;

    /// <param name="member">Who approves.</param>
    /// <param name="rows">What; no two of one package.</param>
    /// <param name="ask">Asks for the second factor, once nothing else is in the way.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<(Approval? Approval, JsonAnswer? Refusal)> RunAsync(
        Caller.Member member, IReadOnlyList<StageRow> rows, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken)
    {
        // Whoever may not see them must not make the registry read them.
        if (await FirstLookAsync(member, rows, cancellationToken) is { } hidden)
        {
            return (null, hidden.ToAnswer());
        }
        await using var prepared = await prepare.RunAsync(rows, cancellationToken);
        if (prepared.Denial is { } unfit)
        {
            return (null, unfit.ToAnswer());
        }
        var (taken, refusal) = await BeforeAsync(member, prepared, cancellationToken);
        refusal ??= await ask(cancellationToken);
        if (refusal is not null)
        {
            return (null, refusal);
        }
        var key = await keys.GetAsync(KeyPurpose.Registry, cancellationToken);
        var (approval, denial) = await commits.RunAsync((commit, stop) => ApproveAsync(commit, member, prepared.Publishes, taken, key, stop), cancellationToken);
        return (approval, denial?.ToAnswer());
    }

    /// <summary>What the second factor is asked for: exactly these bytes under this name.</summary>
    public static SensitiveAct Asked(StageRow stage) => Asked($"approve {stage.PackageName}@{stage.Version} with the digest {Integrity.FromSha512(stage.Sha512)}", [stage]);

    /// <summary>The same for all of a release set.</summary>
    public static SensitiveAct AskedOfSet(string setId, IReadOnlyList<StageRow> stages)
    {
        var shown = string.Join(", ", stages.Take(NamesShown).Select(stage => $"{stage.PackageName}@{stage.Version}")) + (stages.Count > NamesShown ? ", …" : "");
        return Asked($"approve all {stages.Count} versions of the release set {setId}: {shown}", stages);
    }

    private static SensitiveAct Asked(string words, IReadOnlyList<StageRow> rows) => SensitiveAct.Of(
        words, ["approve", .. rows.OrderBy(row => row.StageId, StringComparer.Ordinal).SelectMany(row => new[] { row.StageId, Convert.ToHexStringLower(row.Sha512) })])
        .On(rows.Select(row => row.PackageName));

    private async Task<Denial?> FirstLookAsync(Caller.Member member, IReadOnlyList<StageRow> rows, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        foreach (var row in rows)
        {
            var denial = await StageRights.RefuseSeeingAsync(db, row, member, cancellationToken)
                ?? (row.TakenVersion is null || row.ExpiresAt <= time.GetUtcNow() ? WaitingStages.Over(row.StageId) : null);
            if (denial is not null)
            {
                return denial;
            }
        }
        return null;
    }

    /// <summary>The names that would be new, and whether their scope becomes ours with them; or what stands in the way already.</summary>
    private async Task<(IReadOnlyDictionary<string, bool> Taken, JsonAnswer? Refusal)> BeforeAsync(
        Caller.Member member, PreparedStages prepared, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        IReadOnlyList<ApprovableStage> stages;
        Denial? denial;
        await using (await db.BeginSnapshotAsync(cancellationToken))
        {
            (stages, denial) = await judge.RunAsync(db, member, prepared.Publishes, time.GetUtcNow(), cancellationToken);
        }
        Dictionary<string, bool> taken = new(StringComparer.Ordinal);
        foreach (var stage in stages.Where(stage => stage.Decision.Package is null))
        {
            // Nobody waits for a network inside a commit.
            var name = await newNames.AskAsync(stage.Publish.Manifest.Name, cancellationToken);
            denial ??= name.Denial;
            taken[stage.Row.PackageName] = name.TakesScope;
        }
        return (taken, denial?.ToAnswer());
    }

    private async Task<(Approval? Approval, Denial? Denial)> ApproveAsync(
        Commit commit, Caller.Member member, IReadOnlyList<ReceivedPublish> publishes, IReadOnlyDictionary<string, bool> taken, SigningKey key,
        CancellationToken cancellationToken)
    {
        var (stages, denial) = await judge.RunAsync(commit.Db, member, publishes, commit.Now, cancellationToken);
        if (denial is not null)
        {
            return (null, denial);
        }
        if (stages.Any(stage => stage.Decision.Package is null && !taken.ContainsKey(stage.Row.PackageName)))
        {
            return (null, Changed);
        }
        var missing = stages.Max(stage => stage.Missing);
        foreach (var stage in stages)
        {
            await RecordAsync(commit, member, stage.Row, missing, cancellationToken);
            if (missing == 0)
            {
                await PublishAsync(commit, member, stage, taken, key, cancellationToken);
            }
        }
        return (new Approval(missing, [.. stages.Select(stage => stage.Row)]), null);
    }

    private static async Task RecordAsync(Commit commit, Caller.Member member, StageRow stage, int missing, CancellationToken cancellationToken)
    {
        if (await commit.Db.StageApprovals.FindAsync([stage.Id, member.PersonId], cancellationToken) is null)
        {
            commit.Db.StageApprovals.Add(new StageApprovalRow { StageId = stage.Id, PersonId = member.PersonId, At = commit.Now, Sha512 = stage.Sha512 });
        }
        commit.Record(member, "stage.approved", $"{stage.PackageName}@{stage.Version}", $"{stage.StageId}, staged by {stage.StagerName}, {missing} more needed");
    }

    private async Task PublishAsync(
        Commit commit, Caller.Member member, ApprovableStage stage, IReadOnlyDictionary<string, bool> taken, SigningKey key, CancellationToken cancellationToken)
    {
        if (stage.Decision.Package is null && taken[stage.Row.PackageName])
        {
            await OwnedNames.TakeScopeAsync(commit, stage.Publish.Manifest.Name, member.Actor, cancellationToken);
        }
        ForgetStages.End(stage.Row, StageRow.Approved, member.PersonName, commit.Now);
        await store.RunAsync(commit, member, stage.Publish, stage.Decision, key, cancellationToken);
    }

    private static Denial Changed { get; } = new(
        StatusCodes.Status409Conflict, "conflict", "The reservation of this name ended in this very moment. Approve again.");
}
