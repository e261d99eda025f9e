using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Audit;

/// <summary>Section <c>Assay:Audit</c>.</summary>
internal sealed class AuditOptions : IValidatableObject
{
    public const string Section = "Assay:Audit";

    // What was recorded is still looked at by those who tell of it, and by alerts that are raised once a day.
    private const int FewestDays = 30;

    /// <summary>How long events are kept, in days; 0 for ever.</summary>
    [Range(0, 36_500)]
    public int KeepDays { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (KeepDays is > 0 and < FewestDays)
        {
            yield return new ValidationResult($"it must be 0, which is for ever, or at least {FewestDays}.", [nameof(KeepDays)]);
        }
    }
}
