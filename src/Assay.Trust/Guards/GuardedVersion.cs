using Assay.Npm;

namespace Assay.Trust.Guards;

/// <summary>What the guards know of a version of another registry. All of it is that registry's word.</summary>
public sealed record GuardedVersion(PackageName Name, string Version)
{
    /// <summary>Null when the registry does not say.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>An SPDX expression, or whatever else stands there; null when nothing does.</summary>
    public string? Licence { get; init; }

    public bool HasInstallScript { get; init; }

    public bool IsDeprecated { get; init; }

    /// <summary>The advisory that says that it is malicious; null when none does. This is not the registry's word.</summary>
    public string? MaliciousBy { get; init; }

    public static GuardedVersion Of(PackageName name, ForeignVersion version) => new(name, version.Version)
    {
        PublishedAt = version.PublishedAt,
        Licence = version.Licence,
        HasInstallScript = version.HasInstallScript,
        IsDeprecated = version.Deprecated is not null,
    };
}

/// <summary>Why a version is not shown: the rule by its stable name, the reason for people, and when the rule ends by itself, if it does.</summary>
public sealed record KeptBack(string Rule, string Reason)
{
    /// <summary>The rule of what an advisory calls malicious.</summary>
    public const string Malicious = "malicious";

    public DateTimeOffset? Until { get; init; }
}
