using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>
/// Who people are at the CIs. What somebody says of themselves keeps them from approving what they set off, and nothing more: an attacker would name another id. That somebody is
/// not the one who set a run off is believed on an administrator's word about somebody else.
/// </summary>
internal sealed class CiIdentities(RegistryDbSource source, CommitQueue commits)
{
    public const int LongestId = 200;

    public async Task<IReadOnlyList<CiIdentityRow>> ListAsync(string person, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await db.CiIdentities.Where(row => db.People.Any(found => found.Id == row.PersonId && found.Name == person)).OrderBy(row => row.BindingId).ToListAsync(cancellationToken);
    }

    /// <summary>The issuers at which somebody can say who they are.</summary>
    public async Task<IReadOnlyList<string>> IssuersAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await db.IssuerBindings.Where(row => row.RemovedAt == null).OrderBy(row => row.Id).Select(row => row.Id).ToListAsync(cancellationToken);
    }

    /// <summary>States an identity; null takes it away.</summary>
    public Task<JsonAnswer?> SetAsync(
        Caller.Member member, string person, string issuer, string? actorId, Func<CancellationToken, Task<JsonAnswer?>> ask, CancellationToken cancellationToken) =>
        commits.RunAskedAsync(ask, async (commit, stop) =>
        {
            var isOwn = person == member.PersonName;
            var isAdministrator = await commit.Db.People.AnyAsync(row => row.Id == member.PersonId && row.IsAdministrator, stop);
            if (!isOwn && !isAdministrator)
            {
                return NotYours.ToAnswer();
            }
            if (await commit.Db.People.Where(row => row.Name == person).Select(row => (long?)row.Id).SingleOrDefaultAsync(stop) is not { } personId)
            {
                return new Denial(StatusCodes.Status404NotFound, "not-found", $"There is no person {person}.").ToAnswer();
            }
            if (actorId is not null && !await commit.Db.IssuerBindings.AnyAsync(row => row.Id == issuer && row.RemovedAt == null, stop))
            {
                return new Denial(StatusCodes.Status404NotFound, "unknown-issuer", $"No issuer '{issuer}' is trusted here.").ToAnswer();
            }
            var row = await commit.Db.CiIdentities.AsTracking().SingleOrDefaultAsync(found => found.PersonId == personId && found.BindingId == issuer, stop);
            if (isOwn && row is { IsConfirmed: true })
            {
                return Confirmed.ToAnswer();
            }
            Write(commit, row, personId, issuer, actorId, isConfirmed: !isOwn);
            commit.Record(member, "ci-identity.changed", person, actorId is null ? $"none at {issuer}" : $"{actorId} at {issuer}{(isOwn ? "" : ", confirmed")}");
            return null;
        }, cancellationToken);

    private static void Write(Commit commit, CiIdentityRow? row, long personId, string issuer, string? actorId, bool isConfirmed)
    {
        switch (row, actorId)
        {
            case (null, null):
                break;
            case (null, { } id):
                commit.Db.CiIdentities.Add(new CiIdentityRow { PersonId = personId, BindingId = issuer, ActorId = id, IsConfirmed = isConfirmed, At = commit.Now });
                break;
            case ({ } known, null):
                commit.Db.CiIdentities.Remove(known);
                break;
            case ({ } known, { } id):
                (known.ActorId, known.IsConfirmed, known.At) = (id, isConfirmed, commit.Now);
                break;
        }
    }

    private static Denial NotYours { get; } = new(
        StatusCodes.Status403Forbidden, "administrators-only", "Only administrators say who somebody else is at a CI. Your own identities are at /-/assay/v1/people/me/ci-identities.");

    private static Denial Confirmed { get; } = new(
        StatusCodes.Status403Forbidden, "ci-identity-confirmed", "An administrator confirmed this identity; only an administrator changes it, and not their own.");
}
