using System.Text.Json.Nodes;
using Assay.Server.Data.Rows;

namespace Assay.Server.TrustedPublishing;

/// <summary>Where the versions and tokens of an incident came from.</summary>
internal abstract record IncidentOrigin
{
    private IncidentOrigin()
    {
    }

    public abstract string Kind { get; }

    /// <summary>What can be frozen beside it; null for a person, whose tokens are revoked instead.</summary>
    public abstract FreezeSubject? Frozen { get; }

    public abstract IQueryable<VersionRow> Of(IQueryable<VersionRow> versions);

    public abstract IQueryable<PublishTokenRow> Of(IQueryable<PublishTokenRow> tokens);

    public abstract JsonObject ToJson();

    internal sealed record Run(string Binding, string ProjectId, string RunId) : IncidentOrigin
    {
        public override string Kind => "run";

        public override FreezeSubject Frozen => FreezeSubject.Project(Binding, ProjectId);

        public override IQueryable<VersionRow> Of(IQueryable<VersionRow> versions) =>
            versions.Where(row => row.BindingId == Binding && row.ProjectId == ProjectId && row.RunId == RunId);

        public override IQueryable<PublishTokenRow> Of(IQueryable<PublishTokenRow> tokens) =>
            tokens.Where(row => row.BindingId == Binding && row.ProjectId == ProjectId && row.RunId == RunId);

        public override JsonObject ToJson() => new() { ["binding"] = Binding, ["project"] = ProjectId, ["run"] = RunId };
    }

    internal sealed record Project(string Binding, string ProjectId) : IncidentOrigin
    {
        public override string Kind => "project";

        public override FreezeSubject Frozen => FreezeSubject.Project(Binding, ProjectId);

        public override IQueryable<VersionRow> Of(IQueryable<VersionRow> versions) => versions.Where(row => row.BindingId == Binding && row.ProjectId == ProjectId);

        public override IQueryable<PublishTokenRow> Of(IQueryable<PublishTokenRow> tokens) => tokens.Where(row => row.BindingId == Binding && row.ProjectId == ProjectId);

        public override JsonObject ToJson() => new() { ["binding"] = Binding, ["project"] = ProjectId };
    }

    internal sealed record Workflow(string Binding, string ProjectId, string Name) : IncidentOrigin
    {
        public override string Kind => "workflow";

        public override FreezeSubject Frozen => FreezeSubject.OfWorkflow(Binding, ProjectId, Name);

        public override IQueryable<VersionRow> Of(IQueryable<VersionRow> versions) =>
            versions.Where(row => row.BindingId == Binding && row.ProjectId == ProjectId && row.Workflow == Name);

        public override IQueryable<PublishTokenRow> Of(IQueryable<PublishTokenRow> tokens) =>
            tokens.Where(row => row.BindingId == Binding && row.ProjectId == ProjectId && row.Workflow == Name);

        public override JsonObject ToJson() => new() { ["binding"] = Binding, ["project"] = ProjectId, ["workflow"] = Name };
    }

    internal sealed record Issuer(string Binding) : IncidentOrigin
    {
        public override string Kind => "issuer";

        public override FreezeSubject Frozen => FreezeSubject.Issuer(Binding);

        public override IQueryable<VersionRow> Of(IQueryable<VersionRow> versions) => versions.Where(row => row.BindingId == Binding);

        public override IQueryable<PublishTokenRow> Of(IQueryable<PublishTokenRow> tokens) => tokens.Where(row => row.BindingId == Binding);

        public override JsonObject ToJson() => new() { ["binding"] = Binding };
    }

    /// <param name="Name">As it was given.</param>
    /// <param name="Id">Whose that name is, once it has been looked up.</param>
    internal sealed record Person(string Name, long Id) : IncidentOrigin
    {
        public override string Kind => "person";

        public override FreezeSubject? Frozen => null;

        public override IQueryable<VersionRow> Of(IQueryable<VersionRow> versions) => versions.Where(row => row.PublisherId == Id);

        /// <summary>Exchanged tokens are runs', never people's.</summary>
        public override IQueryable<PublishTokenRow> Of(IQueryable<PublishTokenRow> tokens) => tokens.Where(_ => false);

        public override JsonObject ToJson() => new() { ["name"] = Name };
    }
}
