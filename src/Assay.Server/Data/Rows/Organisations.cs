namespace Assay.Server.Data.Rows;

internal sealed class OrganisationRow
{
    public long Id { get; set; }
    public required string Name { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

internal sealed class OrganisationMemberRow
{
    public long OrganisationId { get; set; }
    public long PersonId { get; set; }

    /// <summary><c>developer</c>, <c>admin</c> or <c>owner</c>.</summary>
    public required string Role { get; set; }

    /// <summary>When they got this role; null where it was longer ago than is known.</summary>
    public DateTimeOffset? Since { get; set; }
}

internal sealed class TeamRow
{
    public long Id { get; set; }
    public long OrganisationId { get; set; }
    public required string Name { get; set; }
    public required string Description { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

internal sealed class TeamMemberRow
{
    public long TeamId { get; set; }
    public long PersonId { get; set; }

    /// <summary>Null where it was longer ago than is known.</summary>
    public DateTimeOffset? Since { get; set; }
}

/// <summary>What a team was given: one package, or everything in a scope.</summary>
internal sealed class TeamGrantRow
{
    public long TeamId { get; set; }

    /// <summary>A package name or <c>@scope</c>.</summary>
    public required string Target { get; set; }

    /// <summary><c>read</c>, <c>write</c> or <c>admin</c>.</summary>
    public required string Role { get; set; }

    /// <summary>When the team got this role; null where it was longer ago than is known.</summary>
    public DateTimeOffset? Since { get; set; }
}

/// <summary>What is said of a scope. One without a row belongs to no organisation and is as the registry is.</summary>
internal sealed class ScopeRow : ILocked
{
    /// <summary><c>@acme</c>.</summary>
    public required string Name { get; set; }
    public long? OrganisationId { get; set; }

    /// <summary>Who reads a new package whose publish does not say; null for <c>Assay:Access:Read</c>.</summary>
    public string? Readers { get; set; }

    /// <summary>The widest that a package in it can be opened to; null for <c>Assay:Access:Ceiling</c>.</summary>
    public string? Ceiling { get; set; }

    /// <summary>What a publish into it has to prove at least; null for what the registry asks.</summary>
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
}
