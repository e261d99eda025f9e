using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Notifications;

/// <summary>Whom an event may be told: administrators all of them, others what concerns packages and scopes that they administer.</summary>
internal static class WhoMayKnow
{
    public static Task<List<long>> AdministratorsAsync(RegistryDb db, CancellationToken cancellationToken) =>
        db.People.Where(person => person.IsAdministrator && person.DisabledAt == null).Select(person => person.Id).ToListAsync(cancellationToken);

    /// <summary>Those who administer what an event names, by whichever role: ownership, a place in the organisation, a team.</summary>
    public static async Task<IReadOnlyList<long>> AnswerableAsync(RegistryDb db, AuditEventRow happened, CancellationToken cancellationToken) =>
        AuditEvents.Of(happened.Action).NamedBy(happened.Subject).Package is { } target ? await Collaborators.AdministeringAsync(db, target, cancellationToken) : [];

    /// <summary>The person that an event concerns: by name, by a token of theirs, by a webhook of theirs, because they reported it, or because they did it.</summary>
    public static Task<List<long>> ConcernedAsync(RegistryDb db, AuditEventRow happened, CancellationToken cancellationToken)
    {
        var found = AuditEvents.Of(happened.Action).About switch
        {
            EventAbout.Person => db.People.Where(person => person.Name == happened.Subject).Select(person => person.Id),
            EventAbout.Actor => db.People.Where(person => person.Name == happened.Actor).Select(person => person.Id),
            EventAbout.AccessToken => db.AccessTokens.Where(token => token.Key == happened.Subject).Select(token => token.PersonId),
            EventAbout.Webhook when long.TryParse(happened.Subject.Split(' ')[0], out var id) =>
                db.Webhooks.Where(hook => hook.Id == id && hook.OwnerId != null).Select(hook => hook.OwnerId!.Value),
            EventAbout.Report when ReportIn(happened.Subject) is { } report => db.Reports.Where(row => row.Id == report).Select(row => row.ReporterId),
            _ => null,
        };
        return found is null ? Task.FromResult(new List<long>()) : found.ToListAsync(cancellationToken);
    }

    private static long? ReportIn(string subject) =>
        subject.Split(' ').FirstOrDefault(word => word.StartsWith('#')) is { } word && long.TryParse(word.AsSpan(1), out var id) ? id : null;
}
