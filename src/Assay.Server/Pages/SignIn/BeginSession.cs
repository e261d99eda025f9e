using Assay.Server.Audit;
using Assay.Server.Identity;

namespace Assay.Server.Pages;

/// <summary>Signs a browser in, with a password or a passkey.</summary>
internal sealed class BeginSession(PageSignIn signIn, WebSessions sessions, SessionCookie cookie)
{
    /// <summary>Null when the browser is signed in, otherwise what people are told.</summary>
    public async Task<string?> RunAsync(HttpContext context, SignInProof proof, CancellationToken cancellationToken)
    {
        var (address, requester, value) = (Requester.AddressOf(context), Requester.NameOf(context), "");
        var problem = await signIn.RunAsync(proof, address, async (commit, person, takeFactor, stop) =>
        {
            var verdict = await takeFactor();
            if (verdict is FactorVerdict.Accepted accepted)
            {
                value = await sessions.BeginAsync(commit, person.Id, new Actor(person.Name, address), requester, accepted.With, stop);
            }
            return verdict;
        }, cancellationToken);
        if (problem is null)
        {
            cookie.Write(context, value);
        }
        return problem;
    }
}
