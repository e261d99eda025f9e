using System.Diagnostics;
using Assay.Npm;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>A tarball that was read to its end and whose manifest is in order, whoever brought it. Its bytes are still only staged.</summary>
internal sealed record JudgedTarball(PackageManifest Manifest, TarballContents Contents, StagedTarball Bytes);

/// <summary>Reads a staged tarball and its manifest. Every version comes through here, published or imported.</summary>
internal sealed class JudgeTarball(IOptions<PackagesOptions> options)
{
    /// <summary>What the tarball is, or what is wrong with it.</summary>
    public async Task<(JudgedTarball? Tarball, Denial? Denial)> RunAsync(
        StagedTarball staged, PublisherDetails publisher, CancellationToken cancellationToken) =>
        await TarballReader.ReadAsync(staged.Rewound(), Limits(), cancellationToken) switch
        {
            TarballReading.Accepted { Contents: var contents } => PackageManifest.TryRead(contents, publisher, out var manifest, out var problems)
                ? (new JudgedTarball(manifest, contents, staged), null)
                : (null, ReceivePublish.Bad("invalid-manifest", string.Join(" ", problems))),
            TarballReading.Refused refused => (null, ReceivePublish.Bad(refused.Problem.Code, refused.Problem.Text)),
            _ => throw new UnreachableException(),
        };

    /// <summary>The manifest has the last word on what a tarball is; null when it says what was said of it.</summary>
    public static Denial? Disagreement(PackageManifest manifest, PackageName name, SemanticVersion version)
    {
        if (manifest.Name != name)
        {
            return ReceivePublish.Bad("name-mismatch", $"The tarball's package.json is named {manifest.Name}, but it was published as {name}.");
        }
        return manifest.Version == version
            ? null
            : ReceivePublish.Bad("version-mismatch", $"The tarball's package.json has version {manifest.Version}, but it was published as {version}.");
    }

    public TarballLimits Limits() => TarballLimits.Default with
    {
        MaxEntries = options.Value.MaximumFiles,
        MaxUnpackedSize = options.Value.MaximumUnpackedBytes,
    };
}
