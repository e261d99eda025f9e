using Assay.Server.Data;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>Who looks at a page.</summary>
/// <param name="Caller">As operations know them: a member who signed in, or nobody.</param>
/// <param name="Session">Their session; null for nobody.</param>
internal sealed record Visitor(Caller Caller, WebSession? Session)
{
    /// <summary>Null for whoever is not signed in.</summary>
    public Caller.Member? Member => Caller as Caller.Member;

    public bool IsAdministrator => Member is { IsAdministrator: true };
}

/// <summary>Finds the visitor by the session's cookie. Only pages ask: the API knows tokens alone, which no browser sends by itself.</summary>
internal sealed class Visitors(RegistryDbSource source, WebSessions sessions, SessionCookie cookie)
{
    public async Task<Visitor> FindAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var address = Requester.AddressOf(context);
        return cookie.Read(context) is { Length: > 0 } value && await sessions.FindAsync(value, cancellationToken) is { } session
            ? new Visitor(await MemberAsync(session, address, cancellationToken), session)
            : new Visitor(new Caller.Anonymous(address), null);
    }

    /// <summary>Signed in with a browser, a person may all that they may.</summary>
    private async Task<Caller.Member> MemberAsync(WebSession session, string address, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var email = await db.People.Where(row => row.Id == session.PersonId).Select(row => row.Email).SingleAsync(cancellationToken);
        var standing = await Standings.OfAsync(db, session.PersonId, cancellationToken);
        return new Caller.Member(session.PersonId, session.PersonName, email, standing.IsAdministrator, new AccessTokenUse(0, "", TokenReach.Everything), address) { Standing = standing };
    }
}
