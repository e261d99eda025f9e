using Assay.Server.Audit;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Notifications;

/// <summary>Which events anybody listens for at all. Who may know which of them is asked later, of the rows.</summary>
internal sealed record Interest(IReadOnlyList<EventPattern> Webhooks, IReadOnlySet<string> Mails)
{
    public bool IsNone => Webhooks.Count == 0 && Mails.Count == 0;

    public bool Covers(string action) => Mails.Contains(action) || Webhooks.Any(pattern => pattern.Matches(action));
}

/// <summary>Remembers who listens, so that a commit of which nobody wants to hear costs nothing.</summary>
internal sealed class Listeners
{
    /// <summary>Named by whatever changes a webhook or what somebody wants mails of.</summary>
    public const string ChangeKey = Prefix + Only;

    private const string Prefix = "notifications:";
    private const string Only = "all";

    private readonly RegistryDbSource source;
    private readonly MailOptions mail;
    private readonly Remembered<Interest> remembered;

    public Listeners(RegistryDbSource source, IChangeFeed changes, IOptions<MailOptions> mail)
    {
        this.source = source;
        this.mail = mail.Value;
        remembered = new Remembered<Interest>(changes, Prefix, 1, _ => ReadAsync());
    }

    public ValueTask<Interest> FindAsync(CancellationToken cancellationToken) => remembered.GetAsync(Only, cancellationToken);

    private async Task<Interest> ReadAsync()
    {
        await using var db = source.Open();
        var events = await db.Webhooks.Where(hook => hook.StoppedAt == null).Select(hook => hook.Events).ToListAsync();
        return new Interest(
            [.. events.SelectMany(WebhookPatterns.Events).DistinctBy(pattern => pattern.Text)],
            mail.IsOn ? await MailedAsync(db) : new HashSet<string>());
    }

    private static async Task<IReadOnlySet<string>> MailedAsync(RegistryDb db)
    {
        var chosen = await db.MailPreferences.Where(row => row.IsWanted).Select(row => row.Event).Distinct().ToListAsync();
        return AuditEvents.All
            .Where(each => each.Mail is not EventMail.None && (each.IsMailedByDefault || chosen.Contains(each.Name)))
            .Select(each => each.Name)
            .ToHashSet(StringComparer.Ordinal);
    }
}
