using System.Globalization;
using System.Text;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Assay.Server.Notifications;

/// <summary>
/// Writes mails: plain text, one recipient, a clear subject. What others chose (names, reasons, details) stands on one line each and cannot
/// begin a header or a line of its own.
/// </summary>
internal sealed class WriteMail(IOptions<MailOptions> options, PublicUrl url)
{
    private const int LongestSubject = 180;
    private const int LongestValue = 2_000;

    private string Host => url.Base.IdnHost;

    /// <param name="id">The same whenever this mail is sent, so that receivers know it again.</param>
    /// <param name="to">Who gets it.</param>
    /// <param name="happened">What it is about.</param>
    /// <param name="reason">Why they get it.</param>
    public MimeMessage About(string id, (string Name, MailboxAddress Address) to, AuditEventRow happened, MailReason reason)
    {
        var kind = AuditEvents.Of(happened.Action);
        var message = Begin(id, to.Address, $"[{Host}] {kind.Words}: {happened.Subject}", happened.At);
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"Hello {OneLine(to.Name)},\n\n{kind.Words}.\n\n");
        Line(text, "Event", kind.Name);
        Line(text, "About", happened.Subject);
        // Who reported is told the outcome, not who decided it.
        Line(text, "By", reason is MailReason.Reporter ? "" : kind.ActorFor(happened.Actor, isAdministrator: reason is MailReason.Administrator));
        if (reason is MailReason.Administrator or MailReason.Concerned)
        {
            Line(text, "From", happened.Address);
        }
        Line(text, "When", $"{happened.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
        Line(text, "Detail", happened.Detail);
        text.Append(CultureInfo.InvariantCulture, $"\n{Why(reason, kind)}\n\n-- \nAssay at {url.Base.AbsoluteUri}, event {happened.Id}\n");
        message.Body = new TextPart("plain") { Text = text.ToString() };
        return message;
    }

    /// <summary>A mail with the one link that its receiver asked for, or was invited by.</summary>
    public MimeMessage Link(string id, MailboxAddress to, LinkMailText text, DateTimeOffset at)
    {
        var message = Begin(id, to, $"[{Host}] {text.Subject}", at);
        message.Body = new TextPart("plain")
        {
            Text = $"Hello {OneLine(text.Name)},\n\n{OneLine(text.Words)}\n\n  {text.Link}\n\nThe link works once, until {LinkMail.Shown(text.Until)}. {text.IfUnexpected}\n\n-- \nAssay at {url.Base.AbsoluteUri}\n",
        };
        return message;
    }

    /// <summary>A mail that means nothing, to see whether it arrives.</summary>
    public MimeMessage Test(string id, MailboxAddress to, DateTimeOffset at)
    {
        var message = Begin(id, to, $"[{Host}] Mail works", at);
        message.Body = new TextPart("plain")
        {
            Text = $"The operator of the registry at {url.Base.AbsoluteUri} tried whether its mails arrive. This one did.\n\nNothing has happened, and there is nothing to do.\n",
        };
        return message;
    }

    /// <summary>Control characters, line ends and what reorders text become blanks.</summary>
    public static string OneLine(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate ? " " : rune.ToString());
        }
        return clean.ToString().Trim();
    }

    private MimeMessage Begin(string id, MailboxAddress to, string subject, DateTimeOffset at)
    {
        var message = new MimeMessage
        {
            Subject = Cut(OneLine(subject), LongestSubject),
            MessageId = $"{id}@{Host}",
            Date = at,
        };
        message.From.Add(MailAddress.TryParseSender(options.Value.From, out var from)
            ? from
            : throw new InvalidOperationException("Mail is on without a sender, which the start refuses."));
        message.To.Add(to);
        // No out-of-office note answers a machine (RFC 3834).
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    private static void Line(StringBuilder text, string name, string value)
    {
        if (value.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {name + ":",-8} {Cut(OneLine(value), LongestValue)}\n");
        }
    }

    private static string Why(MailReason reason, AuditEvent kind) => reason switch
    {
        MailReason.Concerned => "You get this because it concerns your account. If it was not you: sign in, change your password, revoke your tokens, and tell the registry's administrators.",
        MailReason.Reporter => "You get this because you reported it.",
        MailReason.Owner => "You get this because you administer it, as an owner, in its organisation or by a team. If you did not expect it, ask the others who do, and tell the registry's administrators.",
        _ when kind.Mail.HasFlag(EventMail.Owners) && !kind.Mail.HasFlag(EventMail.Administrators) =>
            "You get this because nobody else administers what it is about, and you are an administrator of the registry.",
        _ => "You get this because you are an administrator of the registry.",
    };

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..(longest - 3)] + "...";
}
