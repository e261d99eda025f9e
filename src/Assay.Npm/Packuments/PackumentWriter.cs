using System.Buffers;

namespace Assay.Npm;

/// <summary>Writes a package's documents as UTF-8 JSON. The public base is the registry's URL as clients see it.</summary>
public static class PackumentWriter
{
    /// <summary>The full document.</summary>
    public static void WriteFull(PackumentFacts facts, Uri publicBase, IBufferWriter<byte> output) => throw new NotSupportedException();

    /// <summary>The abbreviated document, with a complete <c>time</c>.</summary>
    public static void WriteAbbreviated(PackumentFacts facts, Uri publicBase, IBufferWriter<byte> output) =>
        throw new NotSupportedException();

    /// <summary>The manifest of one version of the package.</summary>
    public static void WriteVersion(PackumentFacts facts, VersionFacts version, Uri publicBase, IBufferWriter<byte> output) =>
        throw new NotSupportedException();

    /// <summary>The URL that <c>dist.tarball</c> carries: <c>&lt;base&gt;@acme/x/-/x-1.0.0.tgz</c>.</summary>
    public static string TarballUrl(Uri publicBase, PackageName name, string version) =>
        throw new NotSupportedException();
}
