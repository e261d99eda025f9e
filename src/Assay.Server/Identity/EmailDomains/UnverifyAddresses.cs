using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>Addresses at domains that are gone are nobody's: no link goes there until their person shows again that they read mail there.</summary>
internal static class UnverifyAddresses
{
    private static readonly Actor Registry = new("registry", "");

    public static async Task RunAsync(Commit commit, IReadOnlyList<EmailDomainRow> gone, CancellationToken cancellationToken)
    {
        var since = gone.ToDictionary(row => row.Domain, row => row.MissingSince, StringComparer.Ordinal);
        var verified = gone.Count == 0
            ? []
            : await commit.Db.People.Where(person => person.EmailVerifiedAt != null).Select(person => new { person.Id, person.Email }).ToListAsync(cancellationToken);
        foreach (var (id, domain) in verified.Select(person => (person.Id, EmailDomain.Of(person.Email))))
        {
            if (domain is not null && since.TryGetValue(domain, out var first))
            {
                await UnverifyAsync(commit, id, $"there was no {domain} at {first!.Value.UtcDateTime:yyyy-MM-dd HH:mm} UTC, nor now", cancellationToken);
            }
        }
    }

    /// <summary>What its person is told; null when there is nothing to tell.</summary>
    public static string? Notice(PersonRow person) => person.EmailDomainGoneAt is { } at
        ? $"The domain of your e-mail address {Printable.Ascii(person.Email)} did not exist on {at.UtcDateTime:yyyy-MM-dd}. No mail goes there. Set another address with npm profile set email, or confirm this one on your account's page."
        : null;

    private static async Task UnverifyAsync(Commit commit, long id, string detail, CancellationToken cancellationToken)
    {
        var person = await commit.Db.People.AsTracking().SingleAsync(row => row.Id == id, cancellationToken);
        person.EmailVerifiedAt = null;
        person.EmailDomainGoneAt = commit.Now;
        // What waits to be sent, or to be followed, would reach whoever has the domain next.
        await commit.Db.AccountLinks
            .Where(row => row.PersonId == id && row.IsMailed && row.Email == person.Email && row.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, commit.Now), cancellationToken);
        commit.Record(Registry, "email.domain-gone", person.Name, $"{person.Email}: {detail}");
    }
}
