using System.Diagnostics.CodeAnalysis;

namespace Assay.Npm;

internal static class ManifestReader
{
    public static bool TryRead(
        TarballContents contents,
        PublisherDetails publisher,
        [NotNullWhen(true)] out PackageManifest? manifest,
        out IReadOnlyList<string> problems) => throw new NotSupportedException();
}
