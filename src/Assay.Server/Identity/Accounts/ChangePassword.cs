using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Sealing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>Another password. Whoever knew the old one may be signed in somewhere: every other sign-in ends with it, in terminals and in browsers.</summary>
internal sealed class ChangePassword(
    CommitQueue commits, Passwords passwords, AskForPassword ask, SecondFactorGate gate, SecretSeal seal, IOptions<IdentityOptions> options)
{
    /// <summary>Null when it is changed.</summary>
    /// <param name="context">The request, which may have a second factor in it.</param>
    /// <param name="member">Whose it is.</param>
    /// <param name="old">The password of now.</param>
    /// <param name="wanted">The new one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="butBrowser">The key of the browser's session that asks for it, which goes on.</param>
    public async Task<JsonAnswer?> RunAsync(
        HttpContext context, Caller.Member member, string old, string wanted, CancellationToken cancellationToken, string? butBrowser = null)
    {
        if (await ask.RefuseAsync(member, old, cancellationToken) is { } refused)
        {
            return refused;
        }
        if (PasswordRules.Problem(wanted, member.PersonName, member.Email, options.Value.MinimumPasswordLength) is { } problem)
        {
            return NpmError.BadRequest(problem);
        }
        // Not the password's own digest: a challenge is kept, and who reads it must not be able to try passwords against it.
        var digest = (await seal.KeyAsync(cancellationToken)).Digest("new password", wanted);
        if (await gate.RefuseAsync(context, member, new SensitiveAct($"change the password of {member.PersonName}", digest), cancellationToken) is { } asked)
        {
            return asked;
        }
        await WriteAsync(member, passwords.Hash(wanted), butBrowser, cancellationToken);
        return null;
    }

    private Task WriteAsync(Caller.Member member, string hash, string? butBrowser, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var person = await commit.Db.People.SingleAsync(row => row.Id == member.PersonId, stop);
        person.PasswordHash = hash;
        await AccountLinks.EndAsync(commit, person.Id, Data.Rows.AccountLinkPurpose.Password, stop);
        var ended = await EndSignIns.RunAsync(commit, member.PersonId, butToken: member.Token.Id, butBrowser, stop);
        commit.Record(member, "password.changed", member.PersonName, ended.ToString());
        return true;
    }, cancellationToken);
}
