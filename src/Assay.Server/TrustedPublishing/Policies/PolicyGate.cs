using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;

namespace Assay.Server.TrustedPublishing;

/// <summary>Asks a person for their second factor before trust changes, after a first look at whether they may change it at all.</summary>
internal sealed class PolicyGate(RegistryDbSource source, SecondFactorGate gate)
{
    /// <summary>For what speaks of a target; null when it may go on.</summary>
    public async Task<JsonAnswer?> RefuseAsync(
        HttpContext context, Caller.Member member, NamePattern target, PolicyEffect effect, SensitiveAct act, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return (await PolicyRights.MayWriteAsync(db, target, effect, PolicyWriter.Of(member), cancellationToken))?.ToAnswer()
            ?? await gate.RefuseAsync(context, member, act.On(target.Text), cancellationToken);
    }

    /// <summary>For a policy that is there; of one that is not, the operation itself says so.</summary>
    public async Task<JsonAnswer?> RefuseAsync(HttpContext context, Caller.Member member, string id, SensitiveAct act, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        if (await PolicyRows.FindAsync(db, id, cancellationToken) is not { } row || !await PolicyRights.MaySeeAsync(db, row, PolicyWriter.Of(member), cancellationToken))
        {
            return null;
        }
        return (await PolicyRights.MayChangeAsync(db, row, PolicyWriter.Of(member), cancellationToken))?.ToAnswer()
            ?? await gate.RefuseAsync(context, member, act.On(row.Target), cancellationToken);
    }
}
