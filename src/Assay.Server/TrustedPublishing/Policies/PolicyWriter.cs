using Assay.Server.Audit;
using Assay.Server.Identity;

namespace Assay.Server.TrustedPublishing;

/// <summary>Who changes trust.</summary>
/// <param name="Member">The person, or null for the operator, who may do everything.</param>
/// <param name="PersonId">Who answers for what is written: the person, or the administrator that the operator names.</param>
/// <param name="Actor">For the audit log.</param>
internal sealed record PolicyWriter(Caller.Member? Member, long? PersonId, Actor Actor)
{
    public static PolicyWriter Operator { get; } = new(null, null, Actor.Operator);

    public bool IsAdministrator => Member is null or { IsAdministrator: true };

    public static PolicyWriter Of(Caller.Member member) => new(member, member.PersonId, member.Actor);

    public PolicyWriter For(long personId) => this with { PersonId = personId };
}
