namespace Assay.Npm;

/// <summary>Everything that a package's documents are made of.</summary>
public sealed record PackumentFacts
{
    public required PackageName Name { get; init; }

    /// <summary>The value of <c>_rev</c>, which clients send back when they change something.</summary>
    public required string Revision { get; init; }

    /// <summary>Versions by tag. A tag whose version is not among <see cref="Versions"/> is left out of the documents.</summary>
    public required IReadOnlyDictionary<string, string> DistTags { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Modified { get; init; }

    public IReadOnlyList<NpmPerson> Maintainers { get; init; } = [];

    public string? Readme { get; init; }

    public string? ReadmeFilename { get; init; }

    /// <summary>In the order in which the documents shall list them; without duplicates.</summary>
    public required IReadOnlyList<VersionFacts> Versions { get; init; }

    /// <summary>Set if the package was unpublished as a whole; <see cref="Versions"/> is empty then.</summary>
    public UnpublishedFacts? Unpublished { get; init; }
}

/// <summary>One version: the manifest made at publish, and what only the registry knows.</summary>
public sealed record VersionFacts
{
    public required string Version { get; init; }

    /// <summary><see cref="PackageManifest.FullJson"/>, a UTF-8 object that is not empty and ends with its brace.</summary>
    public required ReadOnlyMemory<byte> FullJson { get; init; }

    /// <summary><see cref="PackageManifest.AbbreviatedJson"/>, likewise.</summary>
    public required ReadOnlyMemory<byte> AbbreviatedJson { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }

    public required Integrity Integrity { get; init; }

    public required string Shasum { get; init; }

    public required int FileCount { get; init; }

    /// <summary>Bytes.</summary>
    public required long UnpackedSize { get; init; }

    /// <summary>The message; null or empty means not deprecated.</summary>
    public string? Deprecated { get; init; }

    public NpmUser? Publisher { get; init; }

    /// <summary>Of this registry, and of others that it came through.</summary>
    public IReadOnlyList<SignatureMark> Signatures { get; init; } = [];

    /// <summary>The predicate type of the provenance that clients find at the attestations endpoint and can verify; null when there is none for them.</summary>
    public string? Provenance { get; init; }
}

/// <summary>A signature on a version, as <c>dist.signatures</c> has it: the key's id, and the signature in DER.</summary>
public sealed record SignatureMark(string KeyId, ReadOnlyMemory<byte> Signature);

/// <summary>A person as npm documents show one.</summary>
public sealed record NpmPerson(string Name, string? Email = null);

/// <summary>Who published a version: a person, or a CI identity with its trusted publisher; and who approved it, where every version is.</summary>
public sealed record NpmUser(string Name, string? Email = null, TrustedPublisherMark? TrustedPublisher = null, NpmPerson? Approver = null);

/// <summary>The provider's id (<c>github</c>) and the id of the policy that let the publish through (<c>oidc:…</c>).</summary>
public sealed record TrustedPublisherMark(string Id, string OidcConfigId);

/// <summary>Who unpublished a package, when, and what it had.</summary>
public sealed record UnpublishedFacts(
    string By, DateTimeOffset At, IReadOnlyDictionary<string, string> Tags, IReadOnlyList<string> Versions);
