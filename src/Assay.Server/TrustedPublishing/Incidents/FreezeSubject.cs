using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;

namespace Assay.Server.TrustedPublishing;

/// <summary>What can be frozen: a package, a scope, or the runs of an issuer, of a project or of one workflow of it.</summary>
internal sealed record FreezeSubject
{
    private FreezeSubject(string kind, string subject, string projectId = "", string workflow = "") =>
        (Kind, Subject, ProjectId, Workflow) = (kind, subject, projectId, workflow);

    public string Kind { get; }

    public string Subject { get; }

    public string ProjectId { get; }

    public string Workflow { get; }

    /// <summary>Whether people are concerned as well as runs.</summary>
    public bool IsName => Kind is FreezeRow.OfPackage or FreezeRow.OfScope;

    /// <summary>The exchanged tokens of what is frozen.</summary>
    public Expression<Func<PublishTokenRow, bool>> Concerns => Kind switch
    {
        FreezeRow.OfPackage => row => row.Names == Subject,
        FreezeRow.OfScope => row => row.Names.StartsWith(Subject + "/"),
        FreezeRow.OfIssuer => row => row.BindingId == Subject,
        FreezeRow.OfProject => row => row.BindingId == Subject && row.ProjectId == ProjectId,
        FreezeRow.OfWorkflow => row => row.BindingId == Subject && row.ProjectId == ProjectId && row.Workflow == Workflow,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static FreezeSubject Of(Freeze freeze) => new(freeze.Kind, freeze.Subject, freeze.ProjectId, freeze.Workflow);

    public static FreezeSubject Issuer(string binding) => new(FreezeRow.OfIssuer, binding);

    public static FreezeSubject OfWorkflow(string binding, string project, string workflow) => new(FreezeRow.OfWorkflow, binding, project, workflow);

    public static FreezeSubject Project(string binding, string project) => new(FreezeRow.OfProject, binding, project);

    /// <summary>Reads the one member of the body that says what to freeze.</summary>
    public static bool TryRead(JsonObject body, [NotNullWhen(true)] out FreezeSubject? subject)
    {
        var said = body.Where(member => member.Key != "reason").ToList();
        subject = said is [var (kind, value)] ? Read(kind, value) : null;
        return subject is not null;
    }

    public JsonObject ToJson() => Kind switch
    {
        FreezeRow.OfPackage or FreezeRow.OfScope => new JsonObject { [Kind] = Subject },
        FreezeRow.OfIssuer => new JsonObject { [Kind] = new JsonObject { ["binding"] = Subject } },
        FreezeRow.OfProject => new JsonObject { [Kind] = new JsonObject { ["binding"] = Subject, ["project"] = ProjectId } },
        _ => new JsonObject { [Kind] = new JsonObject { ["binding"] = Subject, ["project"] = ProjectId, ["workflow"] = Workflow } },
    };

    private static FreezeSubject? Read(string kind, JsonNode? value) => kind switch
    {
        FreezeRow.OfPackage => Text(value) is { } text && PackageName.TryParse(text, out _) ? new(kind, text) : null,
        FreezeRow.OfScope => Text(value) is { } text && PackageName.TryParse(text + "/x", out var name) && name.Scope == text ? new(kind, text) : null,
        FreezeRow.OfIssuer => ExactMembers.Read(value, "binding") is [var binding] ? new(kind, binding) : null,
        FreezeRow.OfProject => ExactMembers.Read(value, "binding", "project") is [var binding, var project] ? new(kind, binding, project) : null,
        FreezeRow.OfWorkflow => ExactMembers.Read(value, "binding", "project", "workflow") is [var binding, var project, var workflow]
            ? new(kind, binding, project, workflow)
            : null,
        _ => null,
    };

    private static string? Text(JsonNode? value) => value is JsonValue json && json.TryGetValue(out string? text) ? text : null;
}
