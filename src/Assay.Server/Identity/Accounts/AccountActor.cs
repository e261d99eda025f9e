using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>Who administers people: the operator, or an administrator, who has to be one still when it is done.</summary>
internal sealed record AccountActor(Actor Actor, long? PersonId)
{
    public static AccountActor Operator { get; } = new(Actor.Operator, null);

    public static AccountActor Of(Caller.Member member) => new(member.Actor, member.PersonId);

    /// <summary>Inside the commit: two administrators who take it from each other at once do not both succeed.</summary>
    public async Task<JsonAnswer?> RefuseAsync(Commit commit, CancellationToken cancellationToken) =>
        PersonId is not { } id || await commit.Db.People.AnyAsync(row => row.Id == id && row.IsAdministrator && row.DisabledAt == null, cancellationToken)
            ? null
            : AccountDenials.AdministratorsOnly();
}
