using System.Diagnostics.CodeAnalysis;

namespace Assay.Npm;

/// <summary>
/// A publish as the client describes it, consistent in itself. The tarball has the last word on name, version and digest.
/// </summary>
public sealed record PublishRequest
{
    public required PackageName Name { get; init; }

    public required SemanticVersion Version { get; init; }

    /// <summary>The one tag that shall point to the version.</summary>
    public required DistTag Tag { get; init; }

    /// <summary>The access asked for, or null for what the package has or the registry's default.</summary>
    public PublishAccess? Access { get; init; }

    public required AttachedTarball Tarball { get; init; }

    /// <summary>The digest that the client computed; null if it sent none.</summary>
    public Integrity? Integrity { get; init; }

    /// <summary>The client's SHA-1, in lower-case hexadecimal digits; null if it sent none.</summary>
    public string? Shasum { get; init; }

    /// <summary>What the client says of its own tools: shown, never trusted.</summary>
    public required PublisherDetails Publisher { get; init; }

    /// <summary>The provenance bundle, or null.</summary>
    public OtherAttachment? Provenance { get; init; }

    /// <summary>Reads a publish out of a document; the problem says what in it does not agree.</summary>
    public static bool TryRead(
        PublishDocument document,
        [NotNullWhen(true)] out PublishRequest? request,
        [NotNullWhen(false)] out PublishProblem? problem) =>
        PublishRequestReader.TryRead(document, out request, out problem);
}

/// <summary>The client's remarks about itself; each is null unless short and well-formed.</summary>
public sealed record PublisherDetails(string? NodeVersion = null, string? NpmVersion = null, string? GitHead = null)
{
    public static PublisherDetails None { get; } = new();
}

public enum PublishAccess
{
    Public,
    Restricted,
}
