namespace Assay.Server.Data.Rows;

/// <summary>The single row about the log.</summary>
internal sealed class LogRow
{
    public const int OnlyId = 1;

    public int Id { get; set; } = OnlyId;

    /// <summary>What the log calls itself in checkpoints. It stays when the registry's address changes.</summary>
    public required string Origin { get; set; }

    /// <summary>What it called itself before, one a line: bundles of that time say so.</summary>
    public string FormerOrigins { get; set; } = "";

    /// <summary>The tree's right edge, from which the next leaf goes on.</summary>
    public required byte[] Edge { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

internal sealed class LogLeafRow
{
    /// <summary>The leaf's place in the log, from 0.</summary>
    public long Index { get; set; }

    /// <summary>The bytes that the tree is made of, and the hash of them.</summary>
    public required byte[] Leaf { get; set; }
    public required byte[] Hash { get; set; }

    /// <summary>What kind of event it is, and what of: asked for by package.</summary>
    public required string Kind { get; set; }
    public string? Package { get; set; }
    public string? Version { get; set; }

    /// <summary>Who gets the opening: <c>readers</c> of the package, its <c>owners</c>, or <c>administrators</c>.</summary>
    public required string Audience { get; set; }

    /// <summary>Salt and text of a committed event; null for a leaf that says all there is.</summary>
    public byte[]? Salt { get; set; }
    public string? Event { get; set; }
}

/// <summary>256 hashes of a level, which never change again.</summary>
internal sealed class LogTileRow
{
    public int Level { get; set; }
    public long Index { get; set; }
    public required byte[] Hashes { get; set; }

    /// <summary>The hash over all of them, which stands for the tile one level up.</summary>
    public required byte[] Root { get; set; }
}

/// <summary>A checkpoint. Its size is its key, so that no size ever has two roots.</summary>
internal sealed class LogCheckpointRow
{
    public long Size { get; set; }
    public required byte[] Note { get; set; }

    /// <summary>The same note with the lines of witnesses.</summary>
    public byte[]? Witnessed { get; set; }
    public DateTimeOffset At { get; set; }
}

/// <summary>One making of the private trusted root: what it was made of, and when its files end.</summary>
internal sealed class TufIssueRow
{
    public int Version { get; set; }
    public required string Contents { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A file of the private trusted root, by its path.</summary>
internal sealed class TufFileRow
{
    public required string Path { get; set; }
    public required byte[] Bytes { get; set; }

    /// <summary>The issue that wrote it last.</summary>
    public int Issue { get; set; }
}

/// <summary>A signed statement about a version.</summary>
internal sealed class AttestationRow
{
    public long Id { get; set; }
    public long VersionId { get; set; }
    public required string PredicateType { get; set; }

    /// <summary>Whether the issuer said that everybody may see what it names as the source.</summary>
    public bool IsSourcePublic { get; set; }

    /// <summary>The whole bundle that a client brought, as JSON; the registry verified it then. Null for the registry's own, which has the rest.</summary>
    public byte[]? Bundle { get; set; }

    /// <summary>The statement, the registry's signature over its envelope, and the key that made it.</summary>
    public byte[]? Statement { get; set; }
    public byte[]? Signature { get; set; }
    public string? KeyId { get; set; }

    /// <summary>Its leaf in the log.</summary>
    public long LeafIndex { get; set; }

    /// <summary>When the log took it, to the second, and the log key's signature on that.</summary>
    public DateTimeOffset IntegratedAt { get; set; }
    public string? LogKeyId { get; set; }
    public byte[]? EntryTimestamp { get; set; }

    /// <summary>The entry of the public log as bundles have it, once it has one.</summary>
    public string? PublicEntry { get; set; }
}
