using Assay.Server.Audit;
using Assay.Server.Identity;
using Assay.Server.Packages;

namespace Assay.Server.TrustedPublishing;

/// <summary>
/// Who freezes, or answers an incident: a person, or the operator at the socket, who has no person's id and may do what administrators may.
/// </summary>
internal sealed record Responder(long? PersonId, string Name, bool IsAdministrator, Actor Actor)
{
    /// <summary>The person with the token in use; null for the operator.</summary>
    public Caller.Member? Member { get; private init; }

    public static Responder Operator { get; } = new(null, Freeze.TheOperator, IsAdministrator: true, Actor.Operator);

    public static Responder Of(Caller.Member member) => new(member.PersonId, member.PersonName, member.IsAdministrator, member.Actor) { Member = member };

    public static Denial AdministratorsOnly(string what) =>
        new(StatusCodes.Status403Forbidden, "administrators-only", $"{what}: only administrators do that.");
}
