using System.ComponentModel.DataAnnotations;

namespace Assay.Server.TrustedPublishing;

/// <summary>Section <c>Assay:TrustedPublishing</c>. Lifetimes are in the unit their name says.</summary>
internal sealed class TrustedPublishingOptions
{
    public const string Section = "Assay:TrustedPublishing";

    /// <summary>How long a publish token lives, at most 15 minutes.</summary>
    [Range(1, 15)]
    public int PublishTokenMinutes { get; set; } = 15;

    /// <summary>How far the clocks of an issuer and this registry may differ.</summary>
    [Range(0, 60)]
    public int ClockLeewaySeconds { get; set; } = 60;

    /// <summary>How often one identity token may be exchanged for one package before its publish.</summary>
    [Range(1, 100)]
    public int ExchangesPerToken { get; set; } = 10;

    /// <summary>How long a policy may wait for its first success; then it is inert until an owner renews it.</summary>
    [Range(1, 90)]
    public int UnpinnedDays { get; set; } = 7;

    /// <summary>How long fetched keys are used before they are fetched again.</summary>
    [Range(1, 1440)]
    public int KeysMinutes { get; set; } = 60;

    /// <summary>The shortest time between two fetches of one issuer's keys.</summary>
    [Range(1, 3600)]
    public int KeysCooldownSeconds { get; set; } = 60;

    /// <summary>Time limit of one fetch from an issuer.</summary>
    [Range(1, 60)]
    public int FetchSeconds { get; set; } = 5;

    /// <summary>The largest document taken from an issuer.</summary>
    [Range(1024, 10 * 1024 * 1024)]
    public int FetchBytes { get; set; } = 256 * 1024;

    /// <summary>Refused exchanges that one address may cause in a minute.</summary>
    [Range(1, 100_000)]
    public int RefusalsPerAddress { get; set; } = 300;

    /// <summary>Refused exchanges that one CI project may cause in a minute.</summary>
    [Range(1, 100_000)]
    public int RefusalsPerProject { get; set; } = 60;

    /// <summary>How long exchanges are kept for owners to look at.</summary>
    [Range(1, 3650)]
    public int AttemptDays { get; set; } = 90;

    /// <summary>How many refused exchanges of strangers are kept for one package and hour.</summary>
    [Range(0, 10_000)]
    public int StrangerAttemptsPerHour { get; set; } = 20;
}
