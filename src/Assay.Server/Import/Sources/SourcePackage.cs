using Assay.Npm;

namespace Assay.Server.Import;

/// <summary>What a source says of a package. None of it is proved.</summary>
internal sealed record SourcePackage(PackageName Name)
{
    /// <summary>In the order in which they were published; those without a time last.</summary>
    public IReadOnlyList<SourceVersion> Versions { get; init; } = [];

    /// <summary>Versions by tag, as they are spelled there.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public DateTimeOffset? Created { get; init; }

    /// <summary>The names of its maintainers.</summary>
    public IReadOnlyList<string> Maintainers { get; init; } = [];

    /// <summary>Versions that cannot even be named, and why.</summary>
    public IReadOnlyList<Refusal> Unreadable { get; init; } = [];
}

/// <summary>What a source says of a version.</summary>
internal sealed record SourceVersion(SemanticVersion Version, string Tarball)
{
    public DateTimeOffset? PublishedAt { get; init; }

    public string? Deprecated { get; init; }

    public NpmUser? Publisher { get; init; }

    public PromisedDigests Promised { get; init; } = PromisedDigests.None;
}

/// <summary>Something that was not imported: what, a stable code, and a sentence.</summary>
internal sealed record Refusal(string Subject, string Code, string Text);
