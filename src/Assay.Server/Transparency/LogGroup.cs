using Assay.Provenance.Log;
using Assay.Provenance.Log.Events;
using Assay.Server.Data;
using Assay.Server.Data.Rows;

namespace Assay.Server.Transparency;

/// <summary>The log as one group of writes will leave it. A group that fails takes it along.</summary>
internal sealed class LogGroup
{
    private readonly List<PlacedHash> placed = [];

    public OpenedLog? Opened { get; private set; }

    /// <summary>The hashes that are final now, those of a lower level first.</summary>
    public IReadOnlyList<PlacedHash> Placed => placed;

    public void Open(OpenedLog opened) => Opened = opened;

    /// <summary>Returns the leaf's index.</summary>
    public long Append(Commit commit, byte[] leaf, string kind, string? package, string? version, string audience, LeafOpening? opening)
    {
        if (Opened is not { } log)
        {
            throw new InvalidOperationException("The log was not opened for this group.");
        }
        var (index, hash) = (log.Edge.Size, LogHash.OfLeaf(leaf));
        commit.Db.LogLeaves.Add(new LogLeafRow
        {
            Index = index,
            Leaf = leaf,
            Hash = hash.ToArray(),
            Kind = kind,
            Package = package,
            Version = version,
            Audience = audience,
            Salt = opening?.Salt.ToArray(),
            Event = opening?.Event,
        });
        Opened = log with { Edge = log.Edge.Append(hash, placed) };
        return index;
    }
}

internal sealed record OpenedLog(string Origin, TreeEdge Edge, LogSigners Signers);
