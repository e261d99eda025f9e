using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Assay.Server.Notifications;

internal enum MailSecurity
{
    StartTls,
    Tls,
    None,
}

/// <summary>Section <c>Assay:Mail</c>. Without a host there is no mail.</summary>
internal sealed class MailOptions : IValidatableObject
{
    public const string Section = "Assay:Mail";

    private const int StartTlsPort = 587;
    private const int TlsPort = 465;
    private const int PlainPort = 25;

    /// <summary>The SMTP server that takes the mails.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port; 0 for the usual one: 587 with StartTls, 465 with Tls, 25 with None.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; }

    /// <summary><c>StartTls</c> begins in the open and goes on encrypted or not at all; <c>Tls</c> is encrypted from the start; <c>None</c> never.</summary>
    public MailSecurity Security { get; set; } = MailSecurity.StartTls;

    /// <summary>Who signs in at the server; empty where nobody does.</summary>
    public string User { get; set; } = "";

    /// <summary>A file with the user's password; a relative path begins at the data directory. The password itself has no place in a configuration.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>Who the mails are from: <c>assay@acme.example</c> or <c>Assay &lt;assay@acme.example&gt;</c>.</summary>
    public string From { get; set; } = "";

    /// <summary>How long the server may take for each answer.</summary>
    [Range(1, 100)]
    public int TimeoutSeconds { get; set; } = 30;

    public bool IsOn => Host.Length > 0;

    public int PortInUse => (Port, Security) switch
    {
        ( > 0, _) => Port,
        (_, MailSecurity.StartTls) => StartTlsPort,
        (_, MailSecurity.Tls) => TlsPort,
        _ => PlainPort,
    };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsOn)
        {
            yield break;
        }
        if (Uri.CheckHostName(Host) is UriHostNameType.Unknown)
        {
            yield return new ValidationResult($"'{Host}' is not the name of a host.", [nameof(Host)]);
        }
        if (!HasSender())
        {
            yield return new ValidationResult("mails need a sender, like assay@acme.example or Assay <assay@acme.example>.", [nameof(From)]);
        }
        if (User.Length > 0 != PasswordFile.Length > 0)
        {
            yield return new ValidationResult("a user needs a file with the password, and that file a user.", [User.Length > 0 ? nameof(PasswordFile) : nameof(User)]);
        }
        if (User.Length > 0 && Security is MailSecurity.None && !IsLoopback)
        {
            yield return new ValidationResult("a password is sent to another machine encrypted or not at all: use StartTls or Tls.", [nameof(Security)]);
        }
    }

    // By itself, so that a start without mail does not load what writes mails.
    private bool HasSender() => MailAddress.TryParseSender(From, out _);

    private bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));
}
