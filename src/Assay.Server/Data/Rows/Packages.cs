namespace Assay.Server.Data.Rows;

internal sealed class PackageRow : ILocked
{
    /// <summary>What begins the change key of a package: its name follows, or a scope and a slash for everything in it.</summary>
    public const string ChangePrefix = "package:";

    public long Id { get; set; }
    public required string Name { get; set; }

    /// <summary>The scope of the name, <c>@acme</c>; null for a name without one.</summary>
    public string? Scope { get; set; }

    /// <summary>What is left of the name without case and punctuation. The database makes it, so that no row is without.</summary>
    public string LookAlike { get; private set; } = "";

    /// <summary>Who may read without a role of their own: <c>teams</c> (nobody), <c>members</c> or <c>public</c>.</summary>
    public required string Access { get; set; }

    /// <summary>What a publish has to prove at least; null for what its scope or the registry asks.</summary>
    public string? Lock { get; set; }
    public string? LockedBy { get; set; }
    public DateTimeOffset? LockedAt { get; set; }
    public string? LoosensTo { get; set; }
    public string? LoosenedBy { get; set; }
    public DateTimeOffset? LoosensAt { get; set; }

    public DateTimeOffset? PhishingResistantSince { get; set; }
    public string? PhishingResistantBy { get; set; }
    public DateTimeOffset? PhishingResistantUntil { get; set; }
    public DateTimeOffset? SecondOwnerSince { get; set; }
    public string? SecondOwnerBy { get; set; }
    public DateTimeOffset? SecondOwnerUntil { get; set; }

    /// <summary>From then on trust policies of the scope count for it although it has policies of its own; null while they do not.</summary>
    public DateTimeOffset? InheritsTrustFrom { get; set; }

    /// <summary>When and by whom that was asked for, while it waits for a second person.</summary>
    public DateTimeOffset? InheritanceAskedAt { get; set; }
    public long? InheritanceAskedBy { get; set; }

    /// <summary>Whether owners let everybody who reads the package see the private repository that it came from.</summary>
    public bool ShowsSource { get; set; }

    /// <summary>Whether owners let versions without provenance follow on ones with it.</summary>
    public bool MayLoseProvenance { get; set; }

    /// <summary>How many people approve a stage at least; null for the registry's setting, below which it does not go.</summary>
    public int? StageApprovals { get; set; }

    /// <summary>The fewer approvals that are enough from a time on; null while no change is known.</summary>
    public int? StageApprovalsNext { get; set; }
    public DateTimeOffset? StageApprovalsNextAt { get; set; }

    /// <summary>How many days a stage waits; null for the registry's setting.</summary>
    public int? StageDays { get; set; }

    /// <summary>Whether every publish becomes a stage, so that each version has an approver.</summary>
    public bool StagesEveryPublish { get; set; }

    /// <summary>From then on it does not any more; null while no end is known.</summary>
    public DateTimeOffset? StagesEveryPublishUntil { get; set; }

    /// <summary>Grows with each change; the <c>_rev</c> that clients send back.</summary>
    public long Revision { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ModifiedAt { get; set; }

    /// <summary>Set while every version has been unpublished; the name stays with its owners.</summary>
    public DateTimeOffset? UnpublishedAt { get; set; }
    public string? UnpublishedBy { get; set; }
}

/// <summary>What holds a publish lock and demands: a package, or a scope. A loosening that waits stands beside it, and from its time on in place of it.</summary>
internal interface ILocked
{
    string Name { get; }

    /// <summary><c>tokens-allowed</c>, <c>2fa-or-oidc</c> or <c>oidc-only</c>; null when nothing is said here.</summary>
    string? Lock { get; set; }

    /// <summary>Who or what set it, in words, and when.</summary>
    string? LockedBy { get; set; }
    DateTimeOffset? LockedAt { get; set; }

    /// <summary>What it is loosened to, by whom, and from when on; null while no loosening is known.</summary>
    string? LoosensTo { get; set; }
    string? LoosenedBy { get; set; }
    DateTimeOffset? LoosensAt { get; set; }

    /// <summary>Sensitive acts on it take a passkey: since when and who said so, and from when on they do not any more. Null while it never was demanded.</summary>
    DateTimeOffset? PhishingResistantSince { get; set; }
    string? PhishingResistantBy { get; set; }
    DateTimeOffset? PhishingResistantUntil { get; set; }

    /// <summary>What widens trust in it waits for a second person.</summary>
    DateTimeOffset? SecondOwnerSince { get; set; }
    string? SecondOwnerBy { get; set; }
    DateTimeOffset? SecondOwnerUntil { get; set; }
}

internal sealed class PackageOwnerRow
{
    public long PackageId { get; set; }
    public long PersonId { get; set; }

    /// <summary>Null where it was longer ago than is known.</summary>
    public DateTimeOffset? Since { get; set; }
}

/// <summary>A published version. The row outlives unpublishing, because a version is never used twice.</summary>
internal sealed class VersionRow
{
    public long Id { get; set; }
    public long PackageId { get; set; }
    public required string Version { get; set; }

    /// <summary>The manifest as JSON objects without what changes after publishing (dist, deprecated, maintainers).</summary>
    public required byte[] FullJson { get; set; }
    public required byte[] AbbreviatedJson { get; set; }
    public required byte[] Sha512 { get; set; }
    public required string Shasum { get; set; }
    public long Size { get; set; }
    public int FileCount { get; set; }
    public long UnpackedSize { get; set; }
    public string? Readme { get; set; }
    public string? ReadmeFilename { get; set; }
    public string? Deprecated { get; set; }
    public DateTimeOffset PublishedAt { get; set; }

    /// <summary>Shown as <c>_npmUser</c>.</summary>
    public required string PublisherName { get; set; }
    public required string PublisherEmail { get; set; }

    /// <summary>The access token and tag, or the publish token, so that a repeated PUT is told from a second publish.</summary>
    public required string PublisherCredential { get; set; }
    public long? PublisherId { get; set; }
    public string? TrustedPublisher { get; set; }
    public string? PolicyId { get; set; }

    /// <summary>Whose approval made a stage this version.</summary>
    public string? ApproverName { get; set; }
    public string? ApproverEmail { get; set; }

    /// <summary>The issuer binding, project, run and workflow it came from, by which it can be counted and found.</summary>
    public string? BindingId { get; set; }
    public string? ProjectId { get; set; }
    public string? RunId { get; set; }
    public string? Workflow { get; set; }
    public string? RunJson { get; set; }

    /// <summary>The registry or folder that it was imported from, when, and by whose command; its time of publishing is the one from there.</summary>
    public string? ImportedFrom { get; set; }
    public DateTimeOffset? ImportedAt { get; set; }

    /// <summary>The registry's signature and the key that made it; null only for what was published before the registry signed.</summary>
    public string? SignatureKeyId { get; set; }
    public byte[]? Signature { get; set; }

    /// <summary>The incident that keeps it from readers.</summary>
    public string? QuarantinedBy { get; set; }
    public DateTimeOffset? RemovedAt { get; set; }
    public string? RemovedBy { get; set; }
}

internal sealed class DistTagRow
{
    public long PackageId { get; set; }
    public required string Tag { get; set; }
    public required string Version { get; set; }
}
