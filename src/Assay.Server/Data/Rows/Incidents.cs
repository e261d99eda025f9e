namespace Assay.Server.Data.Rows;

/// <summary>Something that may not publish or change anything until it is lifted.</summary>
internal sealed class FreezeRow
{
    public const string OfPackage = "package";
    public const string OfScope = "scope";
    public const string OfIssuer = "issuer";
    public const string OfProject = "project";
    public const string OfWorkflow = "workflow";

    public long Id { get; set; }

    /// <summary>One of the constants above.</summary>
    public required string Kind { get; set; }

    /// <summary>A package name, a scope, or a binding's id.</summary>
    public required string Subject { get; set; }

    /// <summary>With a project or workflow: the project's stable id at that issuer.</summary>
    public string ProjectId { get; set; } = "";
    public string Workflow { get; set; } = "";
    public required string Reason { get; set; }
    public long? CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? LiftedAt { get; set; }
    public string? LiftedBy { get; set; }
}

/// <summary>One act by which everything that a run, project, issuer, person or time brought was revoked and quarantined.</summary>
internal sealed class IncidentRow
{
    public required string Id { get; set; }

    /// <summary>What was selected, as JSON.</summary>
    public required string Selection { get; set; }
    public required string Reason { get; set; }
    public long? CreatedBy { get; set; }
    public required string CreatedByName { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public int Versions { get; set; }
    public int Tokens { get; set; }
    public DateTimeOffset? UndoneAt { get; set; }
    public string? UndoneBy { get; set; }
}
