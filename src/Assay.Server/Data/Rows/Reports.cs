namespace Assay.Server.Data.Rows;

/// <summary>What somebody reported about a package. It outlives the package.</summary>
internal sealed class ReportRow
{
    public const string Malware = "malware";
    public const string Vulnerability = "vulnerability";
    public const string Impersonation = "impersonation";
    public const string Other = "other";

    public static readonly string[] Kinds = [Malware, Vulnerability, Impersonation, Other];

    public const string Confirmed = "confirmed";
    public const string NotConfirmed = "not-confirmed";
    public const string Duplicate = "duplicate";

    public static readonly string[] Outcomes = [Confirmed, NotConfirmed, Duplicate];

    public long Id { get; set; }
    public required string PackageName { get; set; }

    /// <summary>Null when it is about the package as a whole.</summary>
    public string? Version { get; set; }
    public required string Kind { get; set; }
    public required string Text { get; set; }
    public long ReporterId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public string? ClosedBy { get; set; }
    public string? Outcome { get; set; }

    /// <summary>What the reporter is told.</summary>
    public string? Answer { get; set; }
}

/// <summary>An advisory about a package of this registry, of its own.</summary>
internal sealed class IssuedAdvisoryRow
{
    public long Id { get; set; }

    /// <summary>Its public id, <c>ASSAY-2026-1</c>: of the prefix that was configured then, the year and the number.</summary>
    public required string Name { get; set; }
    public int Year { get; set; }
    public int Number { get; set; }
    public required string PackageName { get; set; }

    /// <summary>The affected versions, alternatives by their ends, as npm writes them.</summary>
    public required string VulnerableVersions { get; set; }
    public bool IsMalicious { get; set; }

    /// <summary><c>low</c>, <c>moderate</c>, <c>high</c> or <c>critical</c>.</summary>
    public required string Severity { get; set; }
    public required string Summary { get; set; }
    public required string IssuedBy { get; set; }
    public DateTimeOffset IssuedAt { get; set; }
    public DateTimeOffset? WithdrawnAt { get; set; }
    public string? WithdrawnBy { get; set; }
}
