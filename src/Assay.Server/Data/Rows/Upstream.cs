namespace Assay.Server.Data.Rows;

/// <summary>A scope, or a name, that is this registry's by an operator's act or by a first publish: nobody else answers for it.</summary>
internal sealed class OwnedNameRow
{
    /// <summary><c>@acme</c>, <c>@acme/x</c> or <c>x</c>.</summary>
    public required string Name { get; set; }
    public required string By { get; set; }
    public DateTimeOffset At { get; set; }
}

/// <summary>What an upstream registry says of a package: its document as it came, in the blob store.</summary>
internal sealed class UpstreamPackageRow
{
    public required string Name { get; set; }

    /// <summary>Whose it is; a name whose route leads elsewhere now is fetched anew.</summary>
    public required string Registry { get; set; }
    public required byte[] Sha512 { get; set; }
    public long Size { get; set; }
    public string? ETag { get; set; }
    public string? LastModified { get; set; }

    /// <summary>When the upstream last said that this is how it is.</summary>
    public DateTimeOffset ValidatedAt { get; set; }
}

/// <summary>A tarball of an upstream version, verified, in the blob store.</summary>
internal sealed class UpstreamTarballRow
{
    public required string Name { get; set; }
    public required string Version { get; set; }
    public required string Registry { get; set; }
    public required byte[] Sha512 { get; set; }
    public required string Shasum { get; set; }
    public long Size { get; set; }
    public DateTimeOffset FetchedAt { get; set; }

    /// <summary>The key whose signature was verified; null while there was none that could be.</summary>
    public string? SignedBy { get; set; }
}

/// <summary>The attestations of an upstream version, as they came, in the blob store.</summary>
internal sealed class UpstreamAttestationsRow
{
    public required string Name { get; set; }
    public required string Version { get; set; }
    public required string Registry { get; set; }
    public required byte[] Sha512 { get; set; }
    public DateTimeOffset FetchedAt { get; set; }
}

/// <summary>A key that an upstream registry signs with. It is never taken away: what it signed is still served.</summary>
internal sealed class UpstreamKeyRow
{
    public required string Registry { get; set; }
    public required string KeyId { get; set; }
    public required string KeyType { get; set; }
    public required string Scheme { get; set; }

    /// <summary>A subject public key info in base64, as the registry spells it.</summary>
    public required string Key { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset SeenAt { get; set; }
}

/// <summary>What an operator decided about an upstream package or version, whatever the rules say.</summary>
internal sealed class UpstreamRulingRow
{
    public const string Quarantine = "quarantine";
    public const string Release = "release";

    public long Id { get; set; }
    public required string Kind { get; set; }
    public required string Name { get; set; }

    /// <summary>Empty for all versions.</summary>
    public required string Version { get; set; }
    public required string Reason { get; set; }
    public required string By { get; set; }
    public DateTimeOffset At { get; set; }
    public DateTimeOffset? LiftedAt { get; set; }
    public string? LiftedBy { get; set; }
}

/// <summary>Something of an upstream that somebody asked for and did not get, and why.</summary>
internal sealed class UpstreamRefusalRow
{
    public long Id { get; set; }
    public required string Name { get; set; }

    /// <summary>Empty when the name itself was refused.</summary>
    public required string Version { get; set; }
    public required string Rule { get; set; }
    public required string Reason { get; set; }
    public required string Caller { get; set; }
    public required string Address { get; set; }
    public DateTimeOffset FirstAt { get; set; }
    public DateTimeOffset LastAt { get; set; }
    public long Count { get; set; }
}

/// <summary>A collection of advisories that an operator brought in.</summary>
internal sealed class AdvisoryImportRow
{
    public long Id { get; set; }
    public required string Source { get; set; }
    public int Advisories { get; set; }

    /// <summary>When the newest advisory of it was last changed: how far the knowledge goes.</summary>
    public DateTimeOffset KnownUntil { get; set; }
    public DateTimeOffset At { get; set; }
}

/// <summary>What one advisory says of one package.</summary>
internal sealed class AdvisoryRow
{
    public long Id { get; set; }

    /// <summary>The import that brought it. While that one is not among the imports, nobody finds its rows.</summary>
    public long Import { get; set; }

    /// <summary>As its publisher names it, <c>GHSA-…</c>.</summary>
    public required string Advisory { get; set; }
    public required string Package { get; set; }

    /// <summary>The ranges of versions, as npm writes them.</summary>
    public required string VulnerableVersions { get; set; }

    /// <summary>The rest of what clients are told, as JSON.</summary>
    public required string Json { get; set; }
}
