using System.Text.Json.Nodes;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Notifications;

/// <summary>Why somebody gets a mail; the first that holds is said.</summary>
internal enum MailReason
{
    Concerned,
    Owner,
    Administrator,
    Reporter,
}

/// <summary>A mail about an event to one person. Each is a job of its own, so that one address that fails does not repeat the others.</summary>
internal sealed record ChosenMail(long EventId, long PersonId, MailReason Reason)
{
    public JsonObject ToPayload() => new() { ["event"] = EventId, ["person"] = PersonId, ["reason"] = Reason.ToString() };

    public static ChosenMail From(string payload)
    {
        var json = JsonNode.Parse(payload)!;
        return new ChosenMail((long)json["event"]!, (long)json["person"]!, Enum.Parse<MailReason>((string)json["reason"]!));
    }
}

/// <summary>Decides who gets a mail of which events: by the catalogue, and by what each of them chose.</summary>
internal static class ChooseMails
{
    public static async Task<List<ChosenMail>> ForAsync(RegistryDb db, IReadOnlyList<AuditEventRow> events, CancellationToken cancellationToken)
    {
        List<ChosenMail> chosen = [];
        foreach (var happened in events)
        {
            var kind = AuditEvents.Of(happened.Action);
            if (kind.Mail is EventMail.None)
            {
                continue;
            }
            var preferences = await db.MailPreferences.Where(row => row.Event == kind.Name).ToDictionaryAsync(row => row.PersonId, row => row.IsWanted, cancellationToken);
            chosen.AddRange((await PeopleAsync(db, happened, kind, cancellationToken))
                .DistinctBy(person => person.Id)
                .Where(person => preferences.GetValueOrDefault(person.Id, kind.IsMailedByDefault))
                .Select(person => new ChosenMail(happened.Id, person.Id, person.Reason)));
        }
        return chosen;
    }

    private static async Task<List<(long Id, MailReason Reason)>> PeopleAsync(
        RegistryDb db, AuditEventRow happened, AuditEvent kind, CancellationToken cancellationToken)
    {
        List<(long Id, MailReason Reason)> people = [];
        if (kind.Mail.HasFlag(EventMail.Person))
        {
            var reason = kind.About is EventAbout.Report ? MailReason.Reporter : MailReason.Concerned;
            people.AddRange((await WhoMayKnow.ConcernedAsync(db, happened, cancellationToken)).Select(id => (id, reason)));
        }
        var answerable = kind.Mail.HasFlag(EventMail.Owners) ? await WhoMayKnow.AnswerableAsync(db, happened, cancellationToken) : [];
        people.AddRange(answerable.Select(id => (id, MailReason.Owner)));
        // Where nobody answers for what it is about, as with policies of a scope, it would reach nobody.
        if (kind.Mail.HasFlag(EventMail.Administrators) || (kind.Mail.HasFlag(EventMail.Owners) && answerable.Count == 0))
        {
            people.AddRange((await WhoMayKnow.AdministratorsAsync(db, cancellationToken)).Select(id => (id, MailReason.Administrator)));
        }
        return people;
    }
}
