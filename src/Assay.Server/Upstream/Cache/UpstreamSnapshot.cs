using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Assay.Npm;
using Assay.Server.Packages;

namespace Assay.Server.Upstream.Cache;

/// <summary>A package of an upstream registry as it is shown for a while.</summary>
internal sealed class UpstreamSnapshot : ServedPackage
{
    public UpstreamSnapshot(CachedDocument document, JudgedVersions judged, IReadOnlySet<string> knownKeys, Uri publicBase)
    {
        Document = document;
        Judged = judged;
        var tag = Tag(document, judged, knownKeys, publicBase);
        View = new ForeignView
        {
            PublicBase = publicBase,
            Revision = tag,
            Versions = judged.Shown,
            KeptBack = judged.KeptBack.Count == 0 ? null : (judged.Message, [.. judged.KeptBack.Keys]),
            KnownKeys = knownKeys,
        };
        Full = new PreparedDocument(tag, "f", output => ForeignWriter.WriteFull(Packument, View, output));
        Abbreviated = new PreparedDocument(tag, "a", output => ForeignWriter.WriteAbbreviated(Packument, View, output));
        Files = Packument.Versions.GroupBy(version => $"{Packument.Name.BaseName}-{version.Version}.tgz").ToFrozenDictionary(file => file.Key, file => file.First(), StringComparer.Ordinal);
    }

    public CachedDocument Document { get; }

    public ForeignPackument Packument => Document.Packument;

    public JudgedVersions Judged { get; }

    public ForeignView View { get; }

    /// <summary>All versions by the names of their tarballs, also those that are kept back.</summary>
    public FrozenDictionary<string, ForeignVersion> Files { get; }

    public override PreparedDocument Full { get; }

    public override PreparedDocument Abbreviated { get; }

    /// <summary>Always asked about again: what is kept back can change at any moment.</summary>
    public override string CacheControl => "private, no-cache";

    /// <summary>Bytes held, as far as they have been prepared.</summary>
    public long Cost => Packument.Size + (256L * Packument.Versions.Count) + Full.Cost + Abbreviated.Cost + 1024;

    private static string Tag(CachedDocument document, JudgedVersions judged, IEnumerable<string> knownKeys, Uri publicBase)
    {
        var text = new StringBuilder($"1|{Convert.ToHexString(document.Sha512)}|{publicBase}|{judged.Message}");
        foreach (var version in judged.KeptBack.Keys.Concat(knownKeys.Order(StringComparer.Ordinal)))
        {
            text.Append('|').Append(version);
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 10));
    }
}

/// <summary>A document from the cache, and how far it can be relied on.</summary>
/// <param name="Packument">What it says.</param>
/// <param name="Registry">Whose it is.</param>
/// <param name="Sha512">Of its bytes.</param>
/// <param name="ValidatedAt">When its registry last said that this is how it is.</param>
/// <param name="CurrentUntil">Until when nobody is asked again.</param>
/// <param name="StaleBecause">Why an old document is served, or null when it is a current one.</param>
internal sealed record CachedDocument(
    ForeignPackument Packument, UpstreamRegistry Registry, byte[] Sha512, DateTimeOffset ValidatedAt, DateTimeOffset CurrentUntil, string? StaleBecause);

/// <summary>What came of looking for a name upstream.</summary>
internal abstract record UpstreamFinding
{
    internal sealed record Found(UpstreamSnapshot Snapshot) : UpstreamFinding;

    internal sealed record Missing : UpstreamFinding
    {
        public static Missing It { get; } = new();
    }

    /// <summary>Nobody knows; the reason begins with the registry.</summary>
    internal sealed record Failed(string Reason, bool IsOffline = false) : UpstreamFinding;
}
