using Assay.Trust.Runs;

namespace Assay.Server.TrustedPublishing;

/// <summary>Where a version came from, as far as somebody may know it: what people look at to decide whether it is what they expect.</summary>
internal sealed record VersionStory
{
    public required string Package { get; init; }

    public required string Version { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>The registry or folder that it was imported from, and when it came.</summary>
    public string? ImportedFrom { get; init; }
    public DateTimeOffset? ImportedAt { get; init; }

    /// <summary>As the documents show it; empty where nobody knows.</summary>
    public required string Publisher { get; init; }

    public string? Approver { get; init; }

    /// <summary>The CI run that published it; null for a person's publish.</summary>
    public RunStory? Run { get; init; }

    /// <summary>It came from a run of a repository that the reader may not know.</summary>
    public bool IsSourceHidden { get; init; }

    /// <summary>The key that signed name, version and bytes; null for what is older than the first key.</summary>
    public string? SignatureKeyId { get; init; }

    public required string Integrity { get; init; }

    public IReadOnlyList<StatementStory> Statements { get; init; } = [];

    /// <summary>The log's entries about it, oldest first.</summary>
    public IReadOnlyList<(long Index, string Kind)> Logged { get; init; } = [];

    /// <summary>The version published before it, and what differs from that.</summary>
    public string? Before { get; init; }
    public IReadOnlyList<StoryChange> Changes { get; init; } = [];

    public bool IsTrusted => Run is not null || IsSourceHidden;

    /// <summary>The leaf that says that it was published.</summary>
    public long? PublishIndex => Logged.Where(entry => entry.Kind == Transparency.LogKind.Publish).Select(entry => (long?)entry.Index).FirstOrDefault();
}

/// <summary>A verified run, for people.</summary>
/// <param name="Shown">Its names and links; null where its issuer is not trusted any more, and only what was kept is known.</param>
/// <param name="Provider">The kind of CI.</param>
/// <param name="Issuer">Who signed its token.</param>
/// <param name="BindingId">As what the operator trusts it.</param>
/// <param name="PolicyId">The policy that let it publish.</param>
internal sealed record RunStory(RunShown? Shown, string Provider, string Issuer, string BindingId, string? PolicyId)
{
    public string? Event { get; init; }

    public string? Runner { get; init; }

    public string? Environment { get; init; }

    public string? RunId { get; init; }

    /// <summary>The repository by its stable id.</summary>
    public string? ProjectId { get; init; }

    /// <summary>All that was kept of the token, by the names that its provider gives.</summary>
    public IReadOnlyList<(string Claim, string Value)> Claims { get; init; } = [];
}

/// <summary>A signed statement about the version.</summary>
/// <param name="Type">Its predicate type.</param>
/// <param name="KeyId">The registry's key; null for a bundle of the client's.</param>
/// <param name="LeafIndex">Its entry in the log.</param>
/// <param name="At">When the log took it.</param>
internal sealed record StatementStory(string Type, string? KeyId, long LeafIndex, DateTimeOffset At)
{
    /// <summary>What it says, member by member, with what each means and where in the token it comes from.</summary>
    public IReadOnlyList<StatedFact> Facts { get; init; } = [];

    public bool IsOfClient => KeyId is null;

    public bool IsProvenance => Type.StartsWith("https://slsa.dev/provenance/", StringComparison.Ordinal);
}

/// <summary>A member of a statement.</summary>
internal sealed record StatedFact(string Path, string Value, string? Means, string? Origin);

/// <summary>Something that is not as it was with the version before; null for what was or is not there.</summary>
internal sealed record StoryChange(string What, string? Before, string? Now)
{
    /// <summary>Whether it is worth a second look: less is proved, or something else runs at an install.</summary>
    public bool IsWeaker { get; init; }
}
