using Assay.Server.Answers;
using Assay.Server.Data;

namespace Assay.Server.Identity;

/// <summary>Asks somebody who is signed in for their password once more.</summary>
internal sealed class AskForPassword(SignIn signIn, RegistryDbSource source)
{
    /// <summary>Null when it is theirs.</summary>
    /// <remarks>Who has none is asked for the second factor alone, which follows; so they need one.</remarks>
    public async Task<JsonAnswer?> RefuseAsync(Caller.Member member, string password, CancellationToken cancellationToken)
    {
        if (!await signIn.HasPasswordAsync(member.PersonId, cancellationToken))
        {
            await using var db = source.Open();
            return (await FactorState.OfAsync(db, member.PersonId, cancellationToken)).IsEnrolled
                ? null
                : NpmError.Forbidden("Your account has no password, so this takes a second factor. Set one up on the page /-/account first.", "second-factor-needed");
        }
        return await signIn.CheckAsync(member.PersonName, password, member.Address, cancellationToken) switch
        {
            SignInResult.Accepted => null,
            SignInResult.Wait wait => Denials.TooManySignIns(wait),
            _ => NpmError.Unauthorized("The password is wrong.", "wrong-password"),
        };
    }
}
