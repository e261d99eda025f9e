namespace Assay.Server.Data.Rows;

/// <summary>One concrete issuer that an operator trusts, and the names it may publish.</summary>
internal sealed class IssuerBindingRow
{
    public required string Id { get; set; }
    public required string ProviderId { get; set; }
    public required string Issuer { get; set; }

    /// <summary>The issuer while the binding is enabled, null otherwise: its unique index keeps one enabled binding per issuer.</summary>
    public string? EnabledIssuer { get; set; }

    /// <summary>Name patterns, one a line.</summary>
    public required string Names { get; set; }

    /// <summary>Constants that differ from the definition's, one NAME=VALUE a line.</summary>
    public required string Constants { get; set; }

    /// <summary>Uploaded keys; null means discovery.</summary>
    public string? Jwks { get; set; }

    /// <summary>Private address ranges that keys may be fetched from, one CIDR a line.</summary>
    public required string AllowedAddresses { get; set; }
    public bool InsecureHttp { get; set; }
    public required string DefinitionDigest { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

internal sealed class TrustPolicyRow
{
    public required string Id { get; set; }
    public long PackageId { get; set; }
    public required string BindingId { get; set; }
    public required string ProviderId { get; set; }

    /// <summary>What it grants, comma-separated.</summary>
    public required string Actions { get; set; }

    /// <summary>Fields, gate and pinned ids: the pure library's JSON.</summary>
    public required string Rules { get; set; }
    public DateTimeOffset ArmedAt { get; set; }

    /// <summary>Changes with every edit; a publish token minted under another revision is dead.</summary>
    public int Revision { get; set; }
    public long CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }
}

internal sealed class PublishTokenRow
{
    public long Id { get; set; }
    public required byte[] Hash { get; set; }
    public required string PackageName { get; set; }

    /// <summary>What it may do, comma-separated.</summary>
    public required string Actions { get; set; }
    public required string PolicyId { get; set; }
    public int PolicyRevision { get; set; }
    public required string BindingId { get; set; }
    public required string ProviderId { get; set; }
    /// <summary>The replay record that this token is counted under.</summary>
    public required byte[] ReplayKey { get; set; }

    /// <summary>Shown as the publisher.</summary>
    public required string DisplayName { get; set; }

    /// <summary>The run and the claims used, as JSON.</summary>
    public required string RunJson { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public DateTimeOffset? UsedAt { get; set; }
    public string? PublishedVersion { get; set; }
    public byte[]? PublishedSha512 { get; set; }
}

/// <summary>Memory of an identity token that was exchanged: one row per (issuer, token, package, action class).</summary>
internal sealed class ReplayRow
{
    public long Id { get; set; }

    /// <summary>SHA-256 of the replay key; unique.</summary>
    public required byte[] Key { get; set; }
    public int Exchanges { get; set; }

    /// <summary>Hash of the publish token minted last; a repeat revokes it.</summary>
    public required byte[] CurrentToken { get; set; }

    /// <summary>The version that was published under it; from then on the class is closed.</summary>
    public string? PublishedVersion { get; set; }

    /// <summary>The identity token's expiry plus leeway and margin: kept longer than the token can be used.</summary>
    public DateTimeOffset KeepUntil { get; set; }
}

/// <summary>An exchange as owners see it afterwards.</summary>
internal sealed class ExchangeAttemptRow
{
    public long Id { get; set; }
    public DateTimeOffset At { get; set; }
    public required string PackageName { get; set; }
    public required string Issuer { get; set; }
    public string? BindingId { get; set; }

    /// <summary>Null when it was granted.</summary>
    public string? RefusalCode { get; set; }
    public required string Text { get; set; }
    public required string Recital { get; set; }

    /// <summary>A pinned identity matched: one of the package's own projects, not a stranger.</summary>
    public bool IsKnownProject { get; set; }
    public string? PolicyId { get; set; }

    /// <summary>Policy by policy, field by field, as JSON.</summary>
    public required string Comparisons { get; set; }
    public required string Address { get; set; }
}
