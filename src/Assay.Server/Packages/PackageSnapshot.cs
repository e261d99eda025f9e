using System.Collections.Frozen;
using Assay.Npm;
using Assay.Server.Blobs;

namespace Assay.Server.Packages;

/// <summary>A stored tarball as it is served.</summary>
internal sealed record StoredTarball(BlobKey Key, long Size, string ETag);

/// <summary>A package as of one revision: all that reads need, nothing that changes.</summary>
internal sealed class PackageSnapshot
{
    public PackageSnapshot(PackumentFacts facts, string access, IReadOnlyDictionary<string, StoredTarball> tarballs, Uri publicBase)
    {
        Facts = facts;
        Access = access;
        Tarballs = tarballs.ToFrozenDictionary(StringComparer.Ordinal);
        PublicBase = publicBase;
        Full = new PreparedDocument(this, "f", output => PackumentWriter.WriteFull(facts, publicBase, output));
        Abbreviated = new PreparedDocument(this, "a", output => PackumentWriter.WriteAbbreviated(facts, publicBase, output));
    }

    public PackumentFacts Facts { get; }

    public string Access { get; }

    /// <summary>By file name, <c>x-1.0.0.tgz</c>.</summary>
    public FrozenDictionary<string, StoredTarball> Tarballs { get; }

    public Uri PublicBase { get; }

    /// <summary>When what readers see last became something else: a quarantine changes it without changing the package.</summary>
    public required DateTimeOffset ShownSince
    {
        get;
        init
        {
            field = value;
            LastModified = value.ToString("R");
        }
    }

    /// <summary>As the header of that name spells it.</summary>
    public string LastModified { get; private init; } = "";

    public PreparedDocument Full { get; }

    public PreparedDocument Abbreviated { get; }

    /// <summary>Bytes held, as far as they have been prepared.</summary>
    public long Cost =>
        Facts.Versions.Sum(version => (long)version.FullJson.Length + version.AbbreviatedJson.Length + 512) + Full.Cost + Abbreviated.Cost + 1024;
}
