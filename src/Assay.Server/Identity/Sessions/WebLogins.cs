using System.Security.Cryptography;
using Assay.Npm;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>A begun web login: two capabilities for two URLs, and the code that the person types from their terminal.</summary>
internal sealed record BegunWebLogin(string PageId, string PollId, string Code);

/// <summary>What the page shows, so that the person can tell their own request from somebody else's.</summary>
internal sealed record PendingWebLogin(string Requester, string Address, TimeSpan Age);

internal abstract record WebLoginPoll
{
    internal sealed record Pending : WebLoginPoll;

    internal sealed record Gone : WebLoginPoll;

    internal sealed record Ready(NpmToken Token, string? Notice) : WebLoginPoll;
}

/// <summary>
/// Sign-in begun by a command line and confirmed in a browser. The code ties the two: whoever is lured to a stranger's login page does not
/// have the stranger's code. The token is minted when it is collected, so it is never stored; it can be collected once.
/// </summary>
internal sealed class WebLogins(
    RegistryDbSource source, CommitQueue commits, AccessTokens tokens, PageSignIn signIn, IOptions<IdentityOptions> options, TimeProvider time)
{
    private const int WrongCodesAllowed = 5;

    public async Task<BegunWebLogin> BeginAsync(string requester, string address, CancellationToken cancellationToken)
    {
        var begun = new BegunWebLogin(Capability.New(), Capability.New(), Capability.NewCode());
        await commits.RunAsync(async (commit, stop) =>
        {
            await commit.Db.WebLogins.Where(row => row.ExpiresAt < commit.Now).ExecuteDeleteAsync(stop);
            commit.Db.WebLogins.Add(new WebLoginRow
            {
                PageHash = Capability.Hash(begun.PageId),
                PollHash = Capability.Hash(begun.PollId),
                CodeHash = Capability.Hash(begun.Code),
                Requester = requester,
                Address = address,
                CreatedAt = commit.Now,
                ExpiresAt = commit.Now.AddMinutes(options.Value.WebLoginMinutes),
            });
            return true;
        }, cancellationToken);
        return begun;
    }

    /// <summary>Null when there is no such login, or it is over.</summary>
    public Task<PendingWebLogin?> FindAsync(string pageId, CancellationToken cancellationToken) => FindAsync(Capability.Hash(pageId), cancellationToken);

    public async Task<PendingWebLogin?> FindAsync(byte[] hash, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = source.Open();
        var row = await db.WebLogins.SingleOrDefaultAsync(login => login.PageHash == hash, cancellationToken);
        return row is not null && IsOpen(row, now) ? new PendingWebLogin(row.Requester, row.Address, now - row.CreatedAt) : null;
    }

    /// <summary>Null when confirmed, otherwise what was wrong. The code from the terminal first: as long as it is wrong, no factor is used up.</summary>
    public Task<string?> ConfirmAsync(string pageId, string code, SignInProof proof, string address, CancellationToken cancellationToken)
    {
        var (pageHash, codeHash) = (Capability.Hash(pageId), Capability.HashOfTyped(code));
        return signIn.RunAsync(proof, address, (commit, person, takeFactor, stop) => ConfirmAsync(commit, pageHash, codeHash, person, address, takeFactor, stop), cancellationToken);
    }

    /// <summary>As above, for somebody whom the identity provider has proved; <paramref name="spend"/> uses that up with the factor.</summary>
    public Task<string?> ConfirmAsync(
        byte[] pageHash, string code, ProvenPerson proven, string address, Func<Commit, Func<Task<FactorVerdict>>, CancellationToken, Task<FactorVerdict>> spend, CancellationToken cancellationToken)
    {
        var codeHash = Capability.HashOfTyped(code);
        return signIn.RunAsync(proven, address, (commit, person, takeFactor, stop) =>
            ConfirmAsync(commit, pageHash, codeHash, person, address, () => spend(commit, takeFactor, stop), stop), cancellationToken);
    }

    private static async Task<FactorVerdict> ConfirmAsync(
        Commit commit, byte[] pageHash, byte[] codeHash, ProvenPerson person, string address, Func<Task<FactorVerdict>> takeFactor, CancellationToken stop)
    {
        var row = await commit.Db.WebLogins.SingleOrDefaultAsync(login => login.PageHash == pageHash, stop);
        if (row is null || !IsOpen(row, commit.Now))
        {
            return new FactorVerdict.Refused("This sign-in is over. Start again with `npm login`.");
        }
        if (!CryptographicOperations.FixedTimeEquals(row.CodeHash, codeHash))
        {
            row.WrongCodes++;
            return new FactorVerdict.Refused("That is not the code your terminal shows.");
        }
        var verdict = await takeFactor();
        if (verdict is FactorVerdict.Accepted accepted)
        {
            row.ConfirmedBy = person.Id;
            commit.Record(new Actor(person.Name, address), "login.confirmed", row.Requester, $"with {accepted.With}");
        }
        return verdict;
    }

    public Task<WebLoginPoll> PollAsync(string pollId, CancellationToken cancellationToken)
    {
        var hash = Capability.Hash(pollId);
        var token = NpmToken.Create(RandomNumberGenerator.GetBytes(NpmToken.RandomBytes));
        return commits.RunAsync(async (commit, stop) =>
        {
            var row = await commit.Db.WebLogins.SingleOrDefaultAsync(login => login.PollHash == hash, stop);
            if (row is null || row.CollectedAt is not null || row.ExpiresAt < commit.Now || row.WrongCodes >= WrongCodesAllowed)
            {
                return new WebLoginPoll.Gone();
            }
            if (row.ConfirmedBy is not { } personId)
            {
                return (WebLoginPoll)new WebLoginPoll.Pending();
            }
            row.CollectedAt = commit.Now;
            var person = await commit.Db.People.SingleAsync(found => found.Id == personId, stop);
            var minted = await tokens.AddAsync(commit, personId, tokens.Session("npm login (web)", row.Requester), token, new Actor(person.Name, row.Address), stop);
            return minted is null ? new WebLoginPoll.Gone() : new WebLoginPoll.Ready(minted.Token, UnverifyAddresses.Notice(person));
        }, cancellationToken);
    }

    private static bool IsOpen(WebLoginRow row, DateTimeOffset now) =>
        row.ConfirmedBy is null && row.CollectedAt is null && row.ExpiresAt >= now && row.WrongCodes < WrongCodesAllowed;
}
