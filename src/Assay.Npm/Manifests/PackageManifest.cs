using System.Diagnostics.CodeAnalysis;

namespace Assay.Npm;

/// <summary>
/// A version's manifest as the registry serves it: the tarball's own package.json, normalised as npm's publish does, without the
/// members that only the registry may state.
/// </summary>
public sealed record PackageManifest
{
    public required PackageName Name { get; init; }

    public required SemanticVersion Version { get; init; }

    /// <summary>
    /// A UTF-8 object for the full document, with every member that the author wrote; without <c>dist</c>, <c>deprecated</c>,
    /// <c>maintainers</c> and <c>_npmUser</c>, which <see cref="PackumentWriter"/> adds.
    /// </summary>
    public required ReadOnlyMemory<byte> FullJson { get; init; }

    /// <summary>A UTF-8 object with the members that an install needs; the same ones are left to the writer.</summary>
    public required ReadOnlyMemory<byte> AbbreviatedJson { get; init; }

    public string? Description { get; init; }

    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>Where the author says that the source is, in one spelling for each known host.</summary>
    public string? RepositoryUrl { get; init; }

    /// <summary>The licence expression, or the type of an old licence object.</summary>
    public string? License { get; init; }

    /// <summary>Whether an install of this package runs a script of its own.</summary>
    public bool HasInstallScript { get; init; }

    /// <summary>Reads the manifest of an archive; the problems are sentences for the publisher.</summary>
    /// <param name="contents">The archive.</param>
    /// <param name="publisher">What the client said of its tools; kept in the full document.</param>
    /// <param name="manifest">The manifest, if there are no problems.</param>
    /// <param name="problems">What is wrong; empty if nothing is.</param>
    public static bool TryRead(
        TarballContents contents,
        PublisherDetails publisher,
        [NotNullWhen(true)] out PackageManifest? manifest,
        out IReadOnlyList<string> problems) => ManifestReader.TryRead(contents, publisher, out manifest, out problems);
}
