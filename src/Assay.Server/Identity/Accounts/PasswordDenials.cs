using Assay.Server.Answers;

namespace Assay.Server.Identity;

/// <summary>Asks somebody who is signed in for their password once more.</summary>
internal static class PasswordDenials
{
    /// <summary>Null when it is theirs.</summary>
    public static async Task<JsonAnswer?> RefuseAsync(SignIn signIn, Caller.Member member, string password, CancellationToken cancellationToken) =>
        await signIn.CheckAsync(member.PersonName, password, member.Address, cancellationToken) switch
        {
            SignInResult.Accepted => null,
            SignInResult.Wait wait => Denials.TooManySignIns(wait),
            _ => NpmError.Unauthorized("The password is wrong.", "wrong-password"),
        };
}
