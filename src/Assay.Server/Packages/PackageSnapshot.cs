using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Assay.Npm;
using Assay.Server.Blobs;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>A stored tarball as it is served.</summary>
internal sealed record StoredTarball(BlobKey Key, long Size, string ETag)
{
    /// <summary>The rows of its version and package, by which it is counted; 0 for what other registries published.</summary>
    public long VersionId { get; init; }
    public long PackageId { get; init; }
}

/// <summary>A package as of one revision: all that reads need, nothing that changes.</summary>
internal sealed class PackageSnapshot : ServedPackage
{
    public PackageSnapshot(PackumentFacts facts, PackageAccess access, IReadOnlyDictionary<string, StoredTarball> tarballs, Uri publicBase)
    {
        Facts = facts;
        Access = access;
        Tarballs = tarballs.ToFrozenDictionary(StringComparer.Ordinal);
        PublicBase = publicBase;
        var tag = Tag(facts, publicBase);
        Full = new PreparedDocument(tag, "f", output => PackumentWriter.WriteFull(facts, publicBase, output));
        Abbreviated = new PreparedDocument(tag, "a", output => PackumentWriter.WriteAbbreviated(facts, publicBase, output));
    }

    public PackumentFacts Facts { get; }

    /// <summary>Who may do what with it, for the reads that have to ask.</summary>
    public PackageAccess Access { get; }

    public bool IsPublic => Access.Readers is ReadCircle.Public;

    /// <summary>By file name, <c>x-1.0.0.tgz</c>.</summary>
    public FrozenDictionary<string, StoredTarball> Tarballs { get; }

    public Uri PublicBase { get; }

    public override PreparedDocument Full { get; }

    public override PreparedDocument Abbreviated { get; }

    /// <summary>Kept by clients but always asked about again: a publish is visible to the next request.</summary>
    public override string CacheControl => IsPublic ? "no-cache" : "private, no-cache";

    /// <summary>Bytes held, as far as they have been prepared.</summary>
    public long Cost =>
        Facts.Versions.Sum(version => (long)version.FullJson.Length + version.AbbreviatedJson.Length + 512) + Full.Cost + Abbreviated.Cost + 1024;

    // The revision alone would repeat after a restore from a backup; the time of the change does not.
    private static string Tag(PackumentFacts facts, Uri publicBase)
    {
        var identity = $"1|{facts.Name}|{facts.Revision}|{facts.Modified.ToUnixTimeMilliseconds()}|{publicBase}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 10));
    }
}
