namespace Assay.Server.Data.Rows;

/// <summary>A version that was uploaded and judged, and waits for approval. Digest, tag and access never change.</summary>
internal sealed class StageRow
{
    public const string Waiting = "waiting";
    public const string Approved = "approved";
    public const string Rejected = "rejected";
    public const string Expired = "expired";

    public long Id { get; set; }

    /// <summary>The UUID that people and clients name it by.</summary>
    public required string StageId { get; set; }
    public required string PackageName { get; set; }
    public required string Version { get; set; }
    public required string Tag { get; set; }

    /// <summary>What else came with the tarball, as JSON: the access asked for, the client's tools, its provenance bundle. Empty once it is over.</summary>
    public required string Request { get; set; }
    public required byte[] Sha512 { get; set; }
    public required string Shasum { get; set; }
    public long Size { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary><see cref="Waiting"/>, <see cref="Approved"/>, <see cref="Rejected"/> or <see cref="Expired"/>.</summary>
    public required string Status { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public string? EndedBy { get; set; }

    /// <summary><c>NAME@VERSION</c> while it waits, null otherwise: its unique index keeps the version for this stage alone.</summary>
    public string? TakenVersion { get; set; }

    /// <summary>Shown as whoever staged it.</summary>
    public required string StagerName { get; set; }
    public required string StagerEmail { get; set; }

    /// <summary>The person who staged it; null for a run.</summary>
    public long? StagerId { get; set; }

    /// <summary>Who would own the package if it is new: the person, or the policy's author.</summary>
    public long OwnerId { get; set; }

    /// <summary>The access token and tag, or the publish token, so that a repeated upload is told from a second one.</summary>
    public required string Credential { get; set; }

    /// <summary>The publish token of the run, which has all that is known of it.</summary>
    public long? TokenId { get; set; }
    public string? BindingId { get; set; }
    public string? ProjectId { get; set; }
    public string? RunId { get; set; }

    /// <summary>The stable id, at its provider, of whoever set the run off; null where nobody knows.</summary>
    public string? ActorId { get; set; }

    /// <summary>What is approved together.</summary>
    public string? ReleaseSet { get; set; }

    /// <summary>Why a publish became a stage; null when it was staged on purpose.</summary>
    public string? Diverted { get; set; }
}

/// <summary>That a person approves a stage, with the digest that they approved.</summary>
internal sealed class StageApprovalRow
{
    public long StageId { get; set; }
    public long PersonId { get; set; }
    public DateTimeOffset At { get; set; }
    public required byte[] Sha512 { get; set; }
}

/// <summary>Who a person is at a CI: what keeps the one who set a run off from approving what it staged.</summary>
internal sealed class CiIdentityRow
{
    public long PersonId { get; set; }
    public required string BindingId { get; set; }
    public required string ActorId { get; set; }

    /// <summary>Stated by an administrator. What people say of themselves excludes them, and proves nothing.</summary>
    public bool IsConfirmed { get; set; }
    public DateTimeOffset At { get; set; }
}
