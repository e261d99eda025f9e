using System.Text.Json.Nodes;

namespace Assay.Npm;

/// <summary>What a registry needs to know of an archive that passed every check.</summary>
public sealed record TarballContents
{
    /// <summary>The package.json as published, unknown members included; of members repeated below the top level, the last.</summary>
    public required JsonObject PackageJson { get; init; }

    /// <summary>The readme's first part, cut at a character; null if there is none.</summary>
    public string? Readme { get; init; }

    /// <summary>The readme's name as spelled in the archive.</summary>
    public string? ReadmeFilename { get; init; }

    /// <summary>The regular files in the archive's order.</summary>
    public required IReadOnlyList<TarballFile> Files { get; init; }

    public int FileCount => Files.Count;

    /// <summary>The bytes of all files, without headers and padding: what npm shows as the unpacked size.</summary>
    public required long UnpackedSize { get; init; }

    /// <summary>Whether npm-shrinkwrap.json lies in the top directory.</summary>
    public bool HasShrinkwrap { get; init; }

    /// <summary>Whether binding.gyp lies in the top directory.</summary>
    public bool HasBindingGyp { get; init; }

    /// <summary>Whether it brings other packages along.</summary>
    public bool HasBundledPackages => Files.Any(file => file.Path.StartsWith("node_modules/", StringComparison.Ordinal));

    /// <summary>Whether clients run something of its own when they install it.</summary>
    public bool HasInstallScript => HasBindingGyp || ScriptFields.HasInstallScript(PackageJson);
}

/// <summary>A file of an archive: its path below the top directory, and its size in bytes.</summary>
public sealed record TarballFile(string Path, long Size);
