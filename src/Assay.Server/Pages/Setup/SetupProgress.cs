using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Pages;

/// <summary>Which steps of the first start are done, by what there is.</summary>
internal sealed class SetupProgress(RegistryDbSource source, TimeProvider time)
{
    public async Task<IReadOnlyCollection<SetupStep>> DoneAsync(Visitor? visitor, CancellationToken cancellationToken)
    {
        if (visitor is not { IsAdministrator: true, Member: { } member })
        {
            return [];
        }
        await using var db = source.Open();
        var now = time.GetUtcNow();
        List<SetupStep> done = [SetupStep.Administrator];
        if ((await FactorState.OfAsync(db, member.PersonId, cancellationToken)).IsEnrolled)
        {
            done.Add(SetupStep.Factor);
        }
        if (await db.IssuerBindings.AnyAsync(row => row.EnabledIssuer != null, cancellationToken))
        {
            done.Add(SetupStep.Issuer);
        }
        if (await db.TrustPolicies.AnyAsync(row => row.Effect == TrustPolicyRow.Allow && (row.EndsAt == null || row.EndsAt > now), cancellationToken))
        {
            done.Add(SetupStep.Policy);
        }
        return done;
    }
}
