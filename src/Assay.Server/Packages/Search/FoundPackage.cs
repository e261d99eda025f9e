using Assay.Npm;

namespace Assay.Server.Packages;

/// <summary>How a package came to be found; the better comes first.</summary>
internal enum SearchMatch
{
    /// <summary>Its name is what was typed.</summary>
    Exact,

    /// <summary>So is its name within its scope.</summary>
    BaseName,

    /// <summary>Its name begins so, with or without its scope.</summary>
    Beginning,

    /// <summary>All words are in its name.</summary>
    InName,

    /// <summary>They are elsewhere.</summary>
    Text,
}

/// <summary>A package as a list shows it: by the version that <c>latest</c> shows.</summary>
internal sealed record FoundPackage
{
    public required string Name { get; init; }
    public required string Version { get; init; }
    public required DateTimeOffset PublishedAt { get; init; }
    public required DateTimeOffset ModifiedAt { get; init; }
    public required SearchMatch Match { get; init; }
    public string? Description { get; init; }
    public IReadOnlyList<string> Keywords { get; init; } = [];
    public string? License { get; init; }
    public string? Homepage { get; init; }
    public string? Repository { get; init; }
    public string? Bugs { get; init; }

    /// <summary>Empty when nobody knows.</summary>
    public required string PublisherName { get; init; }
    public required string PublisherEmail { get; init; }

    /// <summary>The provider of the run that published it; null for a person.</summary>
    public string? TrustedPublisher { get; init; }
    public IReadOnlyList<NpmPerson> Maintainers { get; init; } = [];
    public bool IsDeprecated { get; init; }

    /// <summary>Below 1.0.0.</summary>
    public bool IsUnstable { get; init; }

    /// <summary>How many packages need it, as far as the caller may know them.</summary>
    public int Dependents { get; init; }

    /// <summary>How often its versions were fetched lately.</summary>
    public DownloadTotals Downloads { get; init; } = DownloadTotals.None;
}

internal sealed record FoundPackages(int Total, IReadOnlyList<FoundPackage> Packages);
