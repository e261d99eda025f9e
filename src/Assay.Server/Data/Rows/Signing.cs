namespace Assay.Server.Data.Rows;

/// <summary>A key of the registry: its public half and its life. Rows stay as long as anything it signed is served.</summary>
internal sealed class SigningKeyRow
{
    public long Id { get; set; }

    /// <summary>What it signs, and nothing else.</summary>
    public required string Purpose { get; set; }

    /// <summary>As clients know it.</summary>
    public required string KeyId { get; set; }

    /// <summary>DER, SubjectPublicKeyInfo.</summary>
    public required byte[] PublicKey { get; set; }

    /// <summary>Where the private half is found again.</summary>
    public required string Handle { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>It signs nothing from then on; what it signed before stays good. Null while it is in use.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }
}
