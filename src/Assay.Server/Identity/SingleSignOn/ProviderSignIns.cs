using System.Security.Cryptography;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>A sign-in that is begun: where the browser goes, and what it keeps meanwhile.</summary>
internal sealed record BegunProviderSignIn(string Url, string Cookie);

/// <summary>
/// Sign-ins at the OpenID provider that are under way. What ties the way there to the way back is a random value in the browser that began it; state, nonce and
/// verifier are of no use in another one.
/// </summary>
internal sealed class ProviderSignIns(RegistryDbSource source, CommitQueue commits, TalkWithProvider talk, TimeProvider time)
{
    public const string Callback = "-/sso/callback";
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private const string Over = "This sign-in was begun in another browser, was answered already, or took too long. Begin again.";

    /// <exception cref="ProviderUnavailable">The provider cannot be asked.</exception>
    public async Task<BegunProviderSignIn> BeginAsync(string continuation, CancellationToken cancellationToken)
    {
        var (state, browser) = (Capability.New(), Capability.New());
        var address = await talk.AskAsync(state, browser, cancellationToken);
        await commits.RunAsync(async (commit, stop) =>
        {
            await commit.Db.ProviderSignIns.Where(row => row.ExpiresAt < commit.Now).ExecuteDeleteAsync(stop);
            commit.Db.ProviderSignIns.Add(new ProviderSignInRow
            {
                StateHash = Capability.Hash(state),
                BrowserHash = Capability.Hash(browser),
                Continuation = continuation,
                CreatedAt = commit.Now,
                ExpiresAt = commit.Now + Patience,
            });
            return true;
        }, cancellationToken);
        return new BegunProviderSignIn(address, browser);
    }

    /// <summary>Null when the provider has said who it is; they are found by the same cookie then.</summary>
    /// <exception cref="ProviderUnavailable">The provider cannot be asked.</exception>
    public async Task<string?> AnswerAsync(ProviderAnswer answer, string cookie, CancellationToken cancellationToken)
    {
        // First of all, so that no answer is tried twice.
        if (answer.State is null || await TakeAnswerAsync(Capability.Hash(answer.State), Capability.Hash(cookie), cancellationToken) is not { } id)
        {
            return Over;
        }
        var (identity, problem) = await talk.HearAsync(answer, cookie, cancellationToken);
        return identity is null ? problem : await KeepAsync(id, identity, cancellationToken);
    }

    /// <summary>What the provider said to this browser; null when it has said nothing, or too long ago.</summary>
    public async Task<ProviderSignInRow?> FindAsync(string cookie, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await FindAsync(db, cookie, time.GetUtcNow(), cancellationToken);
    }

    public static Task<ProviderSignInRow?> FindAsync(RegistryDb db, string cookie, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var browser = Capability.Hash(cookie);
        return db.ProviderSignIns.SingleOrDefaultAsync(row => row.BrowserHash == browser && row.Subject != null && row.ExpiresAt >= now, cancellationToken);
    }

    private Task<long?> TakeAnswerAsync(byte[] state, byte[] browser, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        var row = await commit.Db.ProviderSignIns.SingleOrDefaultAsync(found => found.StateHash == state, stop);
        if (row is null || row.AnsweredAt is not null || row.ExpiresAt < commit.Now || !CryptographicOperations.FixedTimeEquals(row.BrowserHash, browser))
        {
            return null;
        }
        row.AnsweredAt = commit.Now;
        return (long?)row.Id;
    }, cancellationToken);

    private Task<string?> KeepAsync(long id, ProviderIdentity identity, CancellationToken cancellationToken) => commits.RunAsync(async (commit, stop) =>
    {
        if (await commit.Db.ProviderSignIns.SingleOrDefaultAsync(row => row.Id == id, stop) is not { } row)
        {
            return Over;
        }
        (row.Subject, row.Label, row.Email, row.IsEmailVerified, row.SuggestedName) =
            (identity.Subject, identity.Label, identity.Email, identity.IsEmailVerified, identity.SuggestedName);
        return (string?)null;
    }, cancellationToken);
}
