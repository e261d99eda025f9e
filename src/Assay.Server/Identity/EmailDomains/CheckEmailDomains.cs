using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Identity;

/// <summary>
/// Asks, every so often, whether the domain of each verified address is still there: whoever registers one that lapsed receives its mail, and with it every link. Two
/// rounds that say no, one after the other, take the verification away.
/// </summary>
internal sealed class CheckEmailDomains(
    RegistryDbSource source, CommitQueue commits, NameServers servers, IOptions<IdentityOptions> options, TimeProvider time, ILogger<CheckEmailDomains> logger)
    : RegularWork(TimeSpan.FromHours(1), time, logger)
{
    // What is left of them is asked about in the next hour.
    private const int MostAtOnce = 1_000;

    private EmailDomainsOptions Settings => options.Value.EmailDomains;

    protected override Task DoAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken);

    /// <summary>How many domains were asked about.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (!Settings.Check || !await IsAnyDueAsync(cancellationToken))
        {
            return 0;
        }
        var asked = await commits.RunAsync(TakeAsync, cancellationToken);
        if (asked.Count > 0)
        {
            var answers = await servers.AskAsync(asked, cancellationToken);
            await commits.RunAsync((commit, stop) => SettleAsync(commit, answers, stop), cancellationToken);
        }
        return asked.Count;
    }

    // A read first: who finds nothing holds up no writer.
    private async Task<bool> IsAnyDueAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var kept = await db.EmailDomains.ToDictionaryAsync(row => row.Domain, cancellationToken);
        return (await VerifiedAsync(db, cancellationToken)).Any(domain => IsDue(kept.GetValueOrDefault(domain), Time.GetUtcNow()));
    }

    /// <summary>Takes the round for this node: nobody else asks about these until the next one.</summary>
    private async Task<List<string>> TakeAsync(Commit commit, CancellationToken cancellationToken)
    {
        var verified = await VerifiedAsync(commit.Db, cancellationToken);
        var kept = await commit.Db.EmailDomains.AsTracking().ToDictionaryAsync(row => row.Domain, cancellationToken);
        commit.Db.EmailDomains.RemoveRange(kept.Values.Where(row => !verified.Contains(row.Domain)));
        List<string> due = [.. verified.Where(domain => IsDue(kept.GetValueOrDefault(domain), commit.Now)).Order(StringComparer.Ordinal).Take(MostAtOnce)];
        foreach (var domain in due)
        {
            if (!kept.TryGetValue(domain, out var row))
            {
                commit.Db.EmailDomains.Add(row = new EmailDomainRow { Domain = domain });
            }
            row.AskedAt = commit.Now;
        }
        return due;
    }

    private static async Task<bool> SettleAsync(Commit commit, IReadOnlyDictionary<string, DomainAnswer> answers, CancellationToken cancellationToken)
    {
        List<EmailDomainRow> gone = [];
        var domains = answers.Keys.ToList();
        foreach (var row in await commit.Db.EmailDomains.AsTracking().Where(row => domains.Contains(row.Domain)).ToListAsync(cancellationToken))
        {
            switch (answers[row.Domain])
            {
                case DomainAnswer.Exists:
                    row.MissingSince = null;
                    break;
                case DomainAnswer.DoesNotExist when row.MissingSince is null:
                    row.MissingSince = row.AskedAt;
                    break;
                // Rounds are as far apart as the two answers have to be.
                case DomainAnswer.DoesNotExist:
                    gone.Add(row);
                    break;
                case DomainAnswer.Nothing:
                default:
                    break;
            }
        }
        await UnverifyAddresses.RunAsync(commit, gone, cancellationToken);
        // Whoever has an address there later begins anew.
        commit.Db.EmailDomains.RemoveRange(gone);
        return true;
    }

    private bool IsDue(EmailDomainRow? row, DateTimeOffset now) => row is null || row.AskedAt <= now.AddHours(-Settings.Hours);

    private static async Task<HashSet<string>> VerifiedAsync(RegistryDb db, CancellationToken cancellationToken) =>
        [.. (await db.People.Where(person => person.EmailVerifiedAt != null).Select(person => person.Email).ToListAsync(cancellationToken)).Select(EmailDomain.Of).OfType<string>()];
}
