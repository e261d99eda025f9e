using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Assay.Server.Notifications;

/// <summary>Section <c>Assay:Webhooks</c>.</summary>
internal sealed class WebhooksOptions : IValidatableObject
{
    public const string Section = "Assay:Webhooks";

    /// <summary>Private ranges that webhooks may go to, besides public addresses: <c>10.1.0.0/16</c>. Default: none.</summary>
    public List<string> AllowAddresses { get; set; } = [];

    /// <summary>Whether webhooks may go to <c>http</c> on this machine; everywhere else it is <c>https</c>.</summary>
    public bool AllowLoopbackHttp { get; set; }

    /// <summary>How many webhooks one person may have.</summary>
    [Range(0, 10_000)]
    public int PerPerson { get; set; } = 20;

    /// <summary>How long a receiver may take to answer.</summary>
    [Range(1, 60)]
    public int AnswerSeconds { get; set; } = 10;

    /// <summary>After how many days without one delivery that got through a webhook is stopped.</summary>
    [Range(1, 90)]
    public int StopAfterDays { get; set; } = 3;

    /// <summary>How long deliveries are signed with the former secret as well.</summary>
    [Range(0, 30 * 24)]
    public int FormerSecretHours { get; set; } = 24;

    /// <summary>How long deliveries are kept to be looked at and repeated.</summary>
    [Range(1, 365)]
    public int KeepDays { get; set; } = 30;

    public IReadOnlyList<IPNetwork> AllowedRanges() => [.. AllowAddresses.Select(IPNetwork.Parse)];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => AllowAddresses
        .Where(text => !IPNetwork.TryParse(text, out _))
        .Select(text => new ValidationResult($"'{text}' is not a range like 10.0.0.0/8.", [nameof(AllowAddresses)]));
}
