using System.Security.Cryptography;
using System.Text;
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

    internal sealed record Ready(NpmToken Token) : WebLoginPoll;
}

/// <summary>
/// Sign-in begun by a command line and confirmed in a browser. The code ties the two: whoever is lured to a stranger's login page does not
/// have the stranger's code. The token is minted when it is collected, so it is never stored; it can be collected once.
/// </summary>
internal sealed class WebLogins(
    RegistryDbSource source, CommitQueue commits, AccessTokens tokens, SignIn signIn, IOptions<IdentityOptions> options, TimeProvider time)
{
    private const int WrongCodesAllowed = 5;

    // No 0/O, 1/I/L: the code is read from one screen and typed on another.
    private const string CodeAlphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

    public async Task<BegunWebLogin> BeginAsync(string requester, string address, CancellationToken cancellationToken)
    {
        var begun = new BegunWebLogin(Capability(), Capability(), Code());
        await commits.RunAsync(async (commit, stop) =>
        {
            await commit.Db.WebLogins.Where(row => row.ExpiresAt < commit.Now).ExecuteDeleteAsync(stop);
            commit.Db.WebLogins.Add(new WebLoginRow
            {
                PageHash = Hash(begun.PageId),
                PollHash = Hash(begun.PollId),
                CodeHash = Hash(begun.Code),
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
    public async Task<PendingWebLogin?> FindAsync(string pageId, CancellationToken cancellationToken)
    {
        var hash = Hash(pageId);
        var now = time.GetUtcNow();
        await using var db = source.Open();
        var row = await db.WebLogins.SingleOrDefaultAsync(login => login.PageHash == hash, cancellationToken);
        return row is not null && IsOpen(row, now) ? new PendingWebLogin(row.Requester, row.Address, now - row.CreatedAt) : null;
    }

    /// <summary>Null when confirmed, otherwise what was wrong.</summary>
    public async Task<string?> ConfirmAsync(
        string pageId, string code, string name, string password, string address, CancellationToken cancellationToken)
    {
        switch (await signIn.CheckAsync(name, password, address, cancellationToken))
        {
            case SignInResult.Accepted accepted:
                return await ConfirmAsync(pageId, code, accepted.Person.Id, new Actor(name, address), cancellationToken);
            case SignInResult.Wait wait:
                return wait.Text;
            case SignInResult.Refused refused:
                return refused.Text;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    public Task<WebLoginPoll> PollAsync(string pollId, CancellationToken cancellationToken)
    {
        var hash = Hash(pollId);
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
            var minted = await tokens.AddAsync(commit, personId, tokens.Session("npm login (web)"), token, new Actor(person.Name, row.Address), stop);
            return minted is null ? new WebLoginPoll.Gone() : new WebLoginPoll.Ready(minted.Token);
        }, cancellationToken);
    }

    private Task<string?> ConfirmAsync(string pageId, string code, long personId, Actor actor, CancellationToken cancellationToken)
    {
        var pageHash = Hash(pageId);
        var codeHash = Hash(code.Replace("-", "", StringComparison.Ordinal).Trim().ToUpperInvariant());
        return commits.RunAsync(async (commit, stop) =>
        {
            var row = await commit.Db.WebLogins.SingleOrDefaultAsync(login => login.PageHash == pageHash, stop);
            if (row is null || !IsOpen(row, commit.Now))
            {
                return "This sign-in is over. Start again with `npm login`.";
            }
            if (!CryptographicOperations.FixedTimeEquals(row.CodeHash, codeHash))
            {
                row.WrongCodes++;
                return "That is not the code your terminal shows.";
            }
            row.ConfirmedBy = personId;
            commit.Record(actor, "login.confirmed", row.Requester);
            return null;
        }, cancellationToken);
    }

    private static bool IsOpen(WebLoginRow row, DateTimeOffset now) =>
        row.ConfirmedBy is null && row.CollectedAt is null && row.ExpiresAt >= now && row.WrongCodes < WrongCodesAllowed;

    // Not a UUID: npm masks UUIDs in the links it prints, which would make the link useless.
    private static string Capability() => RandomNumberGenerator.GetHexString(40, lowercase: true);

    private static string Code() => RandomNumberGenerator.GetString(CodeAlphabet, 8);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
