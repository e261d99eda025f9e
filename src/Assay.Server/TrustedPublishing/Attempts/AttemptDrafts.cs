using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;

namespace Assay.Server.TrustedPublishing;

/// <summary>Attempts for those who may see them, and the policy that a refused run would have needed.</summary>
internal sealed class AttemptDrafts(AttemptRights rights, ReadAttempts attempts, PolicyFromAttempt make)
{
    public async Task<(ExchangeAttemptRow? Attempt, JsonAnswer? Refusal)> FindAttemptAsync(PackageName package, long id, Caller.Member member, CancellationToken cancellationToken)
    {
        if (await rights.RefuseAsync(package, member, cancellationToken) is { } refused)
        {
            return (null, refused);
        }
        return await attempts.FindAsync(package.Value, id, cancellationToken) is { } row ? (row, null) : (null, ReadAttempts.NotFound(package, $"{id}").ToAnswer());
    }

    /// <summary>What would be written; nothing is.</summary>
    public async Task<(PolicyOffer.Previewed? Draft, JsonAnswer? Refusal)> FindAsync(PackageName package, long id, Caller.Member member, CancellationToken cancellationToken)
    {
        var (row, refused) = await FindAttemptAsync(package, id, member, cancellationToken);
        if (row is null)
        {
            return (null, refused);
        }
        var offer = await make.RunAsync(row, member, isPreview: true, cancellationToken);
        return offer is PolicyOffer.Previewed draft ? (draft, null) : (null, offer.ToAnswer());
    }

    /// <summary>Writes it, where one request is enough.</summary>
    public async Task<JsonAnswer?> WriteAsync(
        PackageName package, long id, Caller.Member member, Func<SensitiveAct, Task<JsonAnswer?>> ask, CancellationToken cancellationToken)
    {
        var (row, refused) = await FindAttemptAsync(package, id, member, cancellationToken);
        refused ??= await ask(ActOf(row!));
        if (refused is not null)
        {
            return refused;
        }
        var offer = await make.RunAsync(row!, member, isPreview: false, cancellationToken);
        return offer is PolicyOffer.Created ? null : offer.ToAnswer();
    }

    /// <summary>What a person is asked a second factor for.</summary>
    public static SensitiveAct ActOf(ExchangeAttemptRow row) => SensitiveAct.Of($"make a trust policy of attempt {row.Id} of {row.PackageName}").On(row.PackageName);
}
