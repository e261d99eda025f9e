using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Identity;

/// <summary>A person as administrators see them.</summary>
internal sealed record ShownPerson(PersonRow Row, bool HasTotp, int Passkeys, IReadOnlyList<string> Identities, DateTimeOffset? LastSeenAt)
{
    public JsonObject ToJson() => new()
    {
        ["name"] = Row.Name,
        ["email"] = Row.Email,
        ["emailVerified"] = Row.EmailVerifiedAt is not null,
        ["administrator"] = Row.IsAdministrator,
        ["disabled"] = Row.DisabledAt is { } since ? JsonTime.Of(since) : null,
        ["password"] = Row.PasswordHash.Length > 0,
        ["codes"] = HasTotp,
        ["passkeys"] = Passkeys,
        ["identities"] = new JsonArray([.. Identities.Select(label => JsonValue.Create(label))]),
        ["created"] = JsonTime.Of(Row.CreatedAt),
        ["lastSeen"] = LastSeenAt is { } seen ? JsonTime.Of(seen) : null,
    };

    /// <summary>One line for a terminal.</summary>
    public string ToLine()
    {
        string?[] facts =
        [
            $"{Row.Email}{(Row.EmailDomainGoneAt is not null ? " (its domain is gone)" : Row.EmailVerifiedAt is null ? " (not verified)" : "")}",
            Row.IsAdministrator ? "administrator" : null,
            Row.DisabledAt is null ? null : "disabled",
            HasTotp || Passkeys > 0 ? null : "no second factor",
            Row.PasswordHash.Length > 0 ? null : Identities.Count > 0 ? "single sign-on only" : "has to choose a password",
            LastSeenAt is { } seen ? $"last seen {seen.UtcDateTime:yyyy-MM-dd}" : "never seen",
        ];
        return $"{Row.Name}  {string.Join(", ", facts.OfType<string>())}";
    }
}

/// <summary>People, for administrators.</summary>
internal sealed class ReadPeople(RegistryDbSource source)
{
    public const int PageSize = 50;

    public async Task<IReadOnlyList<ShownPerson>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return await ShownAsync(db, db.People, cancellationToken);
    }

    /// <summary>Those in whose name or address the text stands, after a name, by name; and where the next page goes on.</summary>
    public async Task<(IReadOnlyList<ShownPerson> People, string? Next)> SearchAsync(string? text, string? after, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var names = await db.People
            .Where(row => (text == null || row.Name.Contains(text) || row.Email.Contains(text)) && (after == null || string.Compare(row.Name, after) > 0))
            .OrderBy(row => row.Name).Take(PageSize).Select(row => row.Name).ToListAsync(cancellationToken);
        return (await ShownAsync(db, db.People.Where(row => names.Contains(row.Name)), cancellationToken), names.Count < PageSize ? null : names[^1]);
    }

    /// <summary>Null when there is no such person.</summary>
    public async Task<ShownPerson?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        return (await ShownAsync(db, db.People.Where(row => row.Name == name), cancellationToken)).SingleOrDefault();
    }

    private static async Task<IReadOnlyList<ShownPerson>> ShownAsync(RegistryDb db, IQueryable<PersonRow> people, CancellationToken cancellationToken)
    {
        var rows = await people.OrderBy(row => row.Name).ToListAsync(cancellationToken);
        var ids = people.Select(row => row.Id);
        var totps = (await db.Totps.Where(row => row.ConfirmedAt != null && ids.Contains(row.PersonId)).Select(row => row.PersonId).ToListAsync(cancellationToken)).ToHashSet();
        var passkeys = await db.Passkeys.Where(row => ids.Contains(row.PersonId)).GroupBy(row => row.PersonId)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken);
        var identities = (await db.LinkedIdentities.Where(row => ids.Contains(row.PersonId)).Select(row => new { row.PersonId, row.Label }).ToListAsync(cancellationToken))
            .ToLookup(row => row.PersonId, row => row.Label);
        var tokens = await db.AccessTokens.Where(row => row.LastUsedAt != null && ids.Contains(row.PersonId)).GroupBy(row => row.PersonId)
            .Select(group => new { group.Key, At = group.Max(row => row.LastUsedAt) }).ToDictionaryAsync(group => group.Key, group => group.At, cancellationToken);
        var browsers = await db.WebSessions.Where(row => ids.Contains(row.PersonId)).GroupBy(row => row.PersonId)
            .Select(group => new { group.Key, At = group.Max(row => row.LastSeenAt) }).ToDictionaryAsync(group => group.Key, group => group.At, cancellationToken);
        return
        [
            .. rows.Select(row => new ShownPerson(
                row, totps.Contains(row.Id), passkeys.GetValueOrDefault(row.Id), [.. identities[row.Id]],
                Later(tokens.GetValueOrDefault(row.Id), browsers.TryGetValue(row.Id, out var seen) ? seen : null))),
        ];
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one > other || other is null ? one : other;
}
