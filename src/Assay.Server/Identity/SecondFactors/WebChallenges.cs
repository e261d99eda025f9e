using System.Security.Cryptography;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Data.Sealing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>One act, as it is asked for: by whom, and bound to its method, its path and its digest.</summary>
internal sealed record AskedAct(long PersonId, string PersonName, string Address, string Method, string Path, SensitiveAct Act)
{
    /// <summary>Why only a passkey counts for it; null where codes count too.</summary>
    public string? WhyPasskey { get; init; }

    public static AskedAct Of(HttpContext context, long personId, string personName, SensitiveAct act) => new(
        personId, personName, Requester.AddressOf(context), context.Request.Method, $"{context.Request.Path}{context.Request.QueryString}", act);
}

/// <summary>A begun challenge: two capabilities for two URLs, and the code that the person types from their terminal.</summary>
internal sealed record BegunChallenge(string PageId, string PollId, string Code);

/// <summary>What the page shows, so that the person can tell their own request from somebody else's.</summary>
internal sealed record PendingChallenge(long PersonId, string PersonName, string Words, string Requester, string Address, TimeSpan Age)
{
    /// <summary>Why only a passkey counts; null where codes count too.</summary>
    public string? WhyPasskey { get; init; }
}

internal abstract record ChallengePoll
{
    internal sealed record Pending : ChallengePoll;

    internal sealed record Gone : ChallengePoll;

    internal sealed record Ready(string Answer) : ChallengePoll;
}

/// <summary>
/// A second factor that a command line asks for and a person gives in a browser. The code ties the two: whoever is lured to the page of a stranger's request does not have
/// the stranger's code. The answer is made when it is collected, once, and used once, for the very act that the page showed.
/// </summary>
internal sealed class WebChallenges(
    RegistryDbSource source, CommitQueue commits, SecretSeal seal, FactorTries tries, IOptions<IdentityOptions> options, TimeProvider time)
{
    private const int WrongCodesAllowed = 5;
    private const int MostOpen = 20;
    private const string Over = "This request is over. Run the command again.";

    private TimeSpan Life => TimeSpan.FromMinutes(options.Value.WebLoginMinutes);

    public async Task<BegunChallenge> BeginAsync(AskedAct asked, string requester, CancellationToken cancellationToken)
    {
        var begun = new BegunChallenge(Capability.New(), Capability.New(), Capability.NewCode());
        await commits.RunAsync(async (commit, stop) =>
        {
            await commit.Db.WebChallenges.Where(row => row.ExpiresAt < commit.Now).ExecuteDeleteAsync(stop);
            await EndOldestAsync(commit, asked.PersonId, stop);
            commit.Db.WebChallenges.Add(new WebChallengeRow
            {
                PageHash = Capability.Hash(begun.PageId),
                PollHash = Capability.Hash(begun.PollId),
                CodeHash = Capability.Hash(begun.Code),
                PersonId = asked.PersonId,
                Method = asked.Method,
                Path = asked.Path,
                Digest = asked.Act.Digest.ToArray(),
                Words = asked.Act.Words,
                WhyPasskey = asked.WhyPasskey,
                Requester = requester,
                Address = asked.Address,
                CreatedAt = commit.Now,
                ExpiresAt = commit.Now + Life,
            });
            return true;
        }, cancellationToken);
        return begun;
    }

    /// <summary>Null when there is no such challenge, or it is over.</summary>
    public async Task<PendingChallenge?> FindAsync(string pageId, CancellationToken cancellationToken)
    {
        var hash = Capability.Hash(pageId);
        var now = time.GetUtcNow();
        await using var db = source.Open();
        var found = await db.WebChallenges
            .Where(row => row.PageHash == hash)
            .Join(db.People.Where(person => person.DisabledAt == null), row => row.PersonId, person => person.Id, (row, person) => new { row, person.Name })
            .SingleOrDefaultAsync(cancellationToken);
        return found is { row: var row, Name: var name } && IsOpen(row, now)
            ? new PendingChallenge(row.PersonId, name, row.Words, row.Requester, row.Address, now - row.CreatedAt) { WhyPasskey = row.WhyPasskey }
            : null;
    }

    /// <summary>The code from the terminal first: as long as it is wrong, no factor is used up.</summary>
    public async Task<FactorVerdict> ConfirmAsync(
        string pageId, string code, PendingChallenge pending, FactorAnswer answer, string address, CancellationToken cancellationToken)
    {
        var pageHash = Capability.Hash(pageId);
        var codeHash = Capability.HashOfTyped(code);
        var actor = new Actor(pending.PersonName, address);
        var key = await FactorKey.ForAsync(seal, answer, cancellationToken);
        return await tries.RunAsync(pending.PersonId, address, answer, () => commits.RunAsync(async (commit, stop) =>
        {
            var row = await commit.Db.WebChallenges.SingleOrDefaultAsync(challenge => challenge.PageHash == pageHash, stop);
            if (row is null || !IsOpen(row, commit.Now))
            {
                return new FactorVerdict.Refused(Over);
            }
            if (!CryptographicOperations.FixedTimeEquals(row.CodeHash, codeHash))
            {
                row.WrongCodes++;
                return new FactorVerdict.Refused("That is not the code your terminal shows.");
            }
            if (row.WhyPasskey is not null && answer is not FactorAnswer.Passkey)
            {
                return new FactorVerdict.Refused("A code does not count here. Use your passkey.");
            }
            var verdict = await AcceptFactor.RunAsync(commit, key, row.PersonId, answer, actor, stop);
            if (verdict is FactorVerdict.Accepted accepted)
            {
                row.ConfirmedAt = commit.Now;
                row.IsByPasskey = answer is FactorAnswer.Passkey;
                // The upload is sent once more after this.
                row.ExpiresAt = commit.Now + Life;
                commit.Record(actor, "challenge.confirmed", row.Words, $"with {accepted.With}, asked by {row.Requester} from {row.Address}");
            }
            return verdict;
        }, cancellationToken), cancellationToken);
    }

    public Task<ChallengePoll> PollAsync(string pollId, CancellationToken cancellationToken)
    {
        var hash = Capability.Hash(pollId);
        var answer = Capability.New();
        return commits.RunAsync(async (commit, stop) =>
        {
            var row = await commit.Db.WebChallenges.SingleOrDefaultAsync(challenge => challenge.PollHash == hash, stop);
            if (row is null || row.AnswerHash is not null || row.ExpiresAt < commit.Now || row.WrongCodes >= WrongCodesAllowed)
            {
                return new ChallengePoll.Gone();
            }
            if (row.ConfirmedAt is null)
            {
                return (ChallengePoll)new ChallengePoll.Pending();
            }
            row.AnswerHash = Capability.Hash(answer);
            return new ChallengePoll.Ready(answer);
        }, cancellationToken);
    }

    public static bool IsAnswer(string text) => text.Length == Capability.Length && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether this answer was given for this very act; it is used up then.</summary>
    public Task<bool> UseAsync(AskedAct asked, string answer, CancellationToken cancellationToken)
    {
        var hash = Capability.Hash(answer);
        return commits.RunAsync(async (commit, stop) =>
        {
            var row = await commit.Db.WebChallenges.SingleOrDefaultAsync(challenge => challenge.AnswerHash == hash, stop);
            if (row is null || row.UsedAt is not null || row.ExpiresAt < commit.Now || !IsFor(row, asked))
            {
                return false;
            }
            row.UsedAt = commit.Now;
            return true;
        }, cancellationToken);
    }

    private static bool IsFor(WebChallengeRow row, AskedAct asked) =>
        row.PersonId == asked.PersonId
        && row.Method == asked.Method
        && row.Path == asked.Path
        // What was not demanded when it was begun may be now.
        && (asked.WhyPasskey is null || row.IsByPasskey)
        && CryptographicOperations.FixedTimeEquals(row.Digest, asked.Act.Digest.Span);

    private static bool IsOpen(WebChallengeRow row, DateTimeOffset now) =>
        row.ConfirmedAt is null && row.ExpiresAt >= now && row.WrongCodes < WrongCodesAllowed;

    // A client that asks again and again must not fill the database.
    private static async Task EndOldestAsync(Commit commit, long personId, CancellationToken cancellationToken)
    {
        var kept = await commit.Db.WebChallenges
            .Where(row => row.PersonId == personId)
            .OrderByDescending(row => row.Id)
            .Select(row => row.Id)
            .Skip(MostOpen - 1)
            .FirstOrDefaultAsync(cancellationToken);
        await commit.Db.WebChallenges.Where(row => row.PersonId == personId && row.Id <= kept).ExecuteDeleteAsync(cancellationToken);
    }
}
