using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Identity;

/// <summary>Section <c>Assay:Identity</c>.</summary>
internal sealed class IdentityOptions
{
    public const string Section = "Assay:Identity";

    /// <summary>Lifetime of an access token when the person names none, in days.</summary>
    [Range(1, 365)]
    public int AccessTokenDays { get; set; } = 30;

    /// <summary>The longest lifetime a person may ask for, in days.</summary>
    [Range(1, 365)]
    public int MaximumAccessTokenDays { get; set; } = 365;

    /// <summary>How long an access token may lie unused before it is refused, in days. It holds for sign-ins too.</summary>
    [Range(1, 365)]
    public int AccessTokenIdleDays { get; set; } = 90;

    /// <summary>How many days before the end of a token its owner gets a mail; one more comes a day before.</summary>
    [Range(1, 90)]
    public int TokenEndMailDays { get; set; } = 7;

    /// <summary>Packages and scopes that one token can name.</summary>
    [Range(1, 1_000)]
    public int MaximumPackagesPerToken { get; set; } = 50;

    /// <summary>Organisations that one token can name.</summary>
    [Range(1, 1_000)]
    public int MaximumOrganisationsPerToken { get; set; } = 50;

    /// <summary>Reports of leaked tokens that one address can send in a minute.</summary>
    [Range(1, 100_000)]
    public int LeakReportsPerMinute { get; set; } = 60;

    [Range(1, 10_000)]
    public int MaximumTokensPerPerson { get; set; } = 1_000;

    [Range(8, 256)]
    public int MinimumPasswordLength { get; set; } = 12;

    /// <summary>Rounds of PBKDF2 with HMAC-SHA-512 for a password that is set from now on. Default: OWASP's password storage cheat sheet, 2023.</summary>
    [Range(1_000, 10_000_000)]
    public int PasswordIterations { get; set; } = 210_000;

    /// <summary>How long a web login waits for its person, in minutes.</summary>
    [Range(1, 60)]
    public int WebLoginMinutes { get; set; } = 5;

    /// <summary>Of whom a second factor is asked for what is sensitive. Default: required, and enrolled while the public URL is loopback.</summary>
    public SecondFactorDemand? SecondFactor { get; set; }

    /// <summary>For what a passkey is asked, so that codes do not count: what is demanded by packages and scopes, or always.</summary>
    public PasskeyDemand PhishingResistant { get; set; } = PasskeyDemand.Demanded;

    /// <summary>How long a browser stays signed in without being used, in minutes.</summary>
    [Range(1, 24 * 60)]
    public int WebSessionIdleMinutes { get; set; } = 60;

    /// <summary>How long a browser stays signed in at most, in hours.</summary>
    [Range(1, 30 * 24)]
    public int WebSessionHours { get; set; } = 12;

    /// <summary>How long an invitation is good for, and a link that an administrator gave for another password, in days.</summary>
    [Range(1, 90)]
    public int InvitationDays { get; set; } = 7;

    /// <summary>How long the link to another password is good for that somebody asked for, in minutes.</summary>
    [Range(5, 24 * 60)]
    public int RecoveryMinutes { get; set; } = 30;

    /// <summary>How long the link that confirms an e-mail address is good for, in hours.</summary>
    [Range(1, 30 * 24)]
    public int EmailLinkHours { get; set; } = 24;

    /// <summary>People who sign in by an OpenID provider.</summary>
    public SingleSignOnOptions SingleSignOn { get; } = new();

    /// <summary>The domains of verified addresses.</summary>
    public EmailDomainsOptions EmailDomains { get; } = new();

    /// <summary>Failed sign-ins per name or address before the next one has to wait.</summary>
    [Range(1, 1_000)]
    public int FreeSignInFailures { get; set; } = 5;
}
