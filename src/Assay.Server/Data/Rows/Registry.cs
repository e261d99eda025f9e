namespace Assay.Server.Data.Rows;

/// <summary>The single row about the registry itself.</summary>
internal sealed class RegistryStateRow
{
    public const int OnlyId = 1;

    public int Id { get; set; } = OnlyId;

    /// <summary>Counts committed groups that changed something other nodes must see.</summary>
    public long Revision { get; set; }

    /// <summary>SHA-256 of the setup code; null once the first administrator exists.</summary>
    public byte[]? SetupCodeHash { get; set; }

    /// <summary>When it was last restored from a backup: what happened in between is forgotten, so identity tokens from before count no more.</summary>
    public DateTimeOffset? RestoredAt { get; set; }

    /// <summary>Which key the secrets that have to be read again are sealed with; null while nothing ever was.</summary>
    public byte[]? SecretsKeyId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What a committed group changed, for the other nodes of a shared database.</summary>
internal sealed class ChangeRow
{
    public long Revision { get; set; }
    public required string Key { get; set; }
}

internal sealed class AuditEventRow
{
    public long Id { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Actor { get; set; }
    public required string Action { get; set; }
    public required string Subject { get; set; }
    public required string Detail { get; set; }
    public required string Address { get; set; }
}
