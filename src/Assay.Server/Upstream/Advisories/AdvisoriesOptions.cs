using System.ComponentModel.DataAnnotations;

namespace Assay.Server.Upstream.Advisories;

internal enum AdvisoriesFrom
{
    Imported,
    Upstream,
}

/// <summary>Section <c>Assay:Advisories</c>.</summary>
internal sealed class AdvisoriesOptions : IValidatableObject
{
    public const string Section = "Assay:Advisories";

    /// <summary>Who knows: what an operator imported, or the upstream registry about the names that are its own.</summary>
    public AdvisoriesFrom Source { get; set; } = AdvisoriesFrom.Imported;

    /// <summary>Knowledge older than this is given with a notice that says so, in days.</summary>
    [Range(1, 3650)]
    public int WarnAfterDays { get; set; } = 7;

    /// <summary>Knowledge older than this is not given at all, in days: that nothing was found in it says too little.</summary>
    [Range(1, 3650)]
    public int RefuseAfterDays { get; set; } = 90;

    /// <summary>What the ids of this registry's own advisories begin with; the year and a number follow.</summary>
    [RegularExpression("(?!(MAL|GHSA|CVE)$)[A-Z][A-Z0-9]{1,19}")]
    public string IdPrefix { get; set; } = "ASSAY";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RefuseAfterDays < WarnAfterDays)
        {
            yield return new ValidationResult($"it must not be less than {nameof(WarnAfterDays)}.", [nameof(RefuseAfterDays)]);
        }
    }
}
