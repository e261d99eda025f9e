using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>Another password. Whoever knew the old one may be signed in somewhere: every other sign-in ends with it, in terminals and in browsers.</summary>
internal sealed class ChangePassword(CommitQueue commits, Passwords passwords, IOptions<IdentityOptions> options)
{
    /// <summary>Null when it may be chosen.</summary>
    public string? Problem(Caller.Member member, string password) =>
        PasswordRules.Problem(password, member.PersonName, member.Email, options.Value.MinimumPasswordLength);

    public Task<bool> RunAsync(Caller.Member member, string password, CancellationToken cancellationToken)
    {
        var hash = passwords.Hash(password);
        return commits.RunAsync(async (commit, stop) =>
        {
            var person = await commit.Db.People.SingleAsync(row => row.Id == member.PersonId, stop);
            person.PasswordHash = hash;
            await AccountLinks.EndAsync(commit, person.Id, Data.Rows.AccountLinkPurpose.Password, stop);
            var ended = await EndSignIns.RunAsync(commit, member.PersonId, butToken: member.Token.Id, butBrowser: null, stop);
            commit.Record(member, "password.changed", member.PersonName, ended.ToString());
            return true;
        }, cancellationToken);
    }
}
