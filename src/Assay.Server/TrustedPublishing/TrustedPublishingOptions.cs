using System.ComponentModel.DataAnnotations;
using Assay.Trust.Evaluation;

namespace Assay.Server.TrustedPublishing;

/// <summary>Section <c>Assay:TrustedPublishing</c>. Lifetimes are in the unit their name says.</summary>
internal sealed class TrustedPublishingOptions
{
    public const string Section = "Assay:TrustedPublishing";

    /// <summary>
    /// Where the operator's own provider definitions lie, <c>ID.json</c> and <c>ID.fixtures.json</c>; a relative path begins at the data
    /// directory. Default: <c>providers</c> there, if it exists.
    /// </summary>
    public string? DefinitionsDirectory { get; set; }

    /// <summary>How long a token for publishing or changing lives, at most 15 minutes.</summary>
    [Range(1, 15)]
    public int PublishTokenMinutes { get; set; } = 15;

    /// <summary>How long a token for reading lives, at most an hour.</summary>
    [Range(1, 60)]
    public int ReadTokenMinutes { get; set; } = 60;

    /// <summary>How far the clocks of an issuer and this registry may differ.</summary>
    [Range(0, 60)]
    public int ClockLeewaySeconds { get; set; } = 60;

    /// <summary>How often one identity token may be exchanged for one package before its publish, and how often for its changes.</summary>
    [Range(1, 100)]
    public int ExchangesPerToken { get; set; } = 10;

    /// <summary>How often one identity token may be exchanged for reading.</summary>
    [Range(1, 1000)]
    public int ReadExchangesPerToken { get; set; } = 50;

    /// <summary>How many versions of one package a run may publish, unless its policy says otherwise.</summary>
    [Range(1, 1000)]
    public int VersionsPerRun { get; set; } = 1;

    /// <summary>How many packages a run may publish, unless its policy says otherwise; 0 for no limit.</summary>
    [Range(0, 10_000)]
    public int PackagesPerRun { get; set; }

    /// <summary>How many versions a project may publish within an hour where its tokens do not name their run.</summary>
    [Range(1, 100_000)]
    public int VersionsPerProjectHour { get; set; } = 60;

    /// <summary>How long a policy may wait for its first success; then it is inert until an owner renews it.</summary>
    [Range(1, 90)]
    public int UnpinnedDays { get; set; } = 7;

    /// <summary>How long a policy may go unused; then it is inert until an owner confirms it.</summary>
    [Range(7, 3650)]
    public int IdleDays { get; set; } = 365;

    /// <summary>How long a change that widens trust waits before it takes effect; 0 for not at all.</summary>
    [Range(0, 720)]
    public int CoolingOffHours { get; set; }

    /// <summary>How long a change that widens trust waits for a second person where one is demanded; then it is gone.</summary>
    [Range(1, 90)]
    public int SecondOwnerDays { get; set; } = 7;

    /// <summary>How long somebody must have administered the name, when the change was asked for, to be the second person; 0 for not at all.</summary>
    [Range(0, 720)]
    public int SecondOwnerHours { get; set; } = 24;

    /// <summary>How long a name stays reserved by policies that nothing was ever published under.</summary>
    [Range(1, 3650)]
    public int ReservationDays { get; set; } = 30;

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

    /// <summary>Refused exchanges that one address may cause in a minute; then only projects that a policy knows are heard from there.</summary>
    [Range(1, 100_000)]
    public int RefusalsPerAddress { get; set; } = 300;

    /// <summary>Refused exchanges after which no token from that address is even looked at in that minute.</summary>
    [Range(1, 1_000_000)]
    public int ChecksPerAddress { get; set; } = 6_000;

    /// <summary>Refused exchanges that one CI project may cause in a minute.</summary>
    [Range(1, 100_000)]
    public int RefusalsPerProject { get; set; } = 60;

    /// <summary>How long exchanges are kept for owners to look at.</summary>
    [Range(1, 3650)]
    public int AttemptDays { get; set; } = 90;

    /// <summary>How many refused exchanges of strangers are kept for one package and hour.</summary>
    [Range(0, 10_000)]
    public int StrangerAttemptsPerHour { get; set; } = 20;

    /// <summary>How many refused exchanges of one strange project are kept for an hour, over all packages.</summary>
    [Range(0, 10_000)]
    public int StrangerAttemptsPerProject { get; set; } = 60;

    /// <summary>How many exchanges are kept for one package; the oldest ones of strangers go first.</summary>
    [Range(10, 100_000)]
    public int AttemptsPerPackage { get; set; } = 1_000;

    /// <summary>How many exchanges are kept in all; the oldest ones of strangers go first.</summary>
    [Range(100, 10_000_000)]
    public int AttemptsInAll { get; set; } = 200_000;

    public EvaluatorOptions ToEvaluatorOptions() => new()
    {
        UnpinnedLifetime = TimeSpan.FromDays(UnpinnedDays),
        IdleLifetime = TimeSpan.FromDays(IdleDays),
        CoolingOff = TimeSpan.FromHours(CoolingOffHours),
    };
}
