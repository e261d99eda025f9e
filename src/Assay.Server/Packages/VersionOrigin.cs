namespace Assay.Server.Packages;

/// <summary>Who published a version and when, as its row keeps it.</summary>
internal sealed record VersionOrigin
{
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>Empty when nobody knows.</summary>
    public required string PublisherName { get; init; }

    public string PublisherEmail { get; init; } = "";

    /// <summary>What tells a repeated PUT from a second publish.</summary>
    public string Credential { get; init; } = "";

    /// <summary>The person, when the registry itself saw who it was.</summary>
    public long? PublisherId { get; init; }

    /// <summary>The provider and the policy that let a run publish, and the run.</summary>
    public string? TrustedPublisher { get; init; }
    public string? PolicyId { get; init; }
    public PublishedRun? Run { get; init; }

    /// <summary>Whose approval made a stage this version.</summary>
    public string? ApproverName { get; init; }
    public string? ApproverEmail { get; init; }

    /// <summary>Where it came from, if it was not published here; time and publisher are what is said there.</summary>
    public string? ImportedFrom { get; init; }
    public DateTimeOffset? ImportedAt { get; init; }
}
