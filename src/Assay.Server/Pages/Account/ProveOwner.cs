using Assay.Server.Identity;

namespace Assay.Server.Pages;

/// <summary>
/// Asks whoever changes how an account is signed in to for its password and a fresh factor. A session alone changes neither: a browser is left open sooner than a password is told.
/// </summary>
internal sealed class ProveOwner(WebSessions sessions, PageSignIn signIn)
{
    /// <summary>Null when password and, who has one, factor are right.</summary>
    public async Task<string?> RunAsync(Visitor visitor, string password, FactorAnswer? factor, CancellationToken cancellationToken)
    {
        var session = visitor.Session ?? throw new InvalidOperationException("Only who is signed in changes an account.");
        var address = visitor.Caller.Address;
        if (await signIn.HasPasswordAsync(session.PersonId, cancellationToken))
        {
            return await signIn.RunAsync(new SignInProof(session.PersonName, password, factor), address, (_, _, takeFactor, _) => takeFactor(), cancellationToken);
        }
        // Who has no password proves themselves at the provider, a moment ago.
        return sessions.IsFresh(session)
            ? await signIn.RunAsync(new ProvenPerson(session.PersonId, session.PersonName, factor), address, (_, _, takeFactor, _) => takeFactor(), cancellationToken)
            : "You have no password here, so this counts for a few minutes after a sign-in. Sign out, sign in again, and do it then.";
    }
}
