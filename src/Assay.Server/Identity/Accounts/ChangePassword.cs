using Assay.Npm;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>Another password. Whoever knew the old one may be signed in somewhere: every other sign-in ends with it, in terminals and in browsers.</summary>
internal sealed class ChangePassword(CommitQueue commits, Passwords passwords, IOptions<IdentityOptions> options)
{
    /// <summary>Null when it is long enough.</summary>
    public string? Problem(string password) => password.Length < options.Value.MinimumPasswordLength
        ? $"The password is too short: at least {options.Value.MinimumPasswordLength} characters (Assay:Identity:MinimumPasswordLength)."
        : null;

    public Task<bool> RunAsync(Caller.Member member, string password, CancellationToken cancellationToken)
    {
        var hash = passwords.Hash(password);
        return commits.RunAsync(async (commit, stop) =>
        {
            var person = await commit.Db.People.SingleAsync(row => row.Id == member.PersonId, stop);
            person.PasswordHash = hash;
            var others = await commit.Db.AccessTokens
                .Where(row => row.PersonId == member.PersonId && row.IsSignIn && row.RevokedAt == null && row.Id != member.Token.Id)
                .ToListAsync(stop);
            foreach (var token in others)
            {
                token.RevokedAt = commit.Now;
                commit.Changed(Credential.ChangeKey(TokenHash.FromBytes(token.Hash)));
            }
            var browsers = await WebSessions.EndAllAsync(commit, member.PersonId, butKey: null, stop);
            commit.Record(member, "password.changed", member.PersonName, $"{others.Count} sign-ins and {browsers} browsers ended");
            return true;
        }, cancellationToken);
    }
}
