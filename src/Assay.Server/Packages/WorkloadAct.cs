using Assay.Npm;
using Assay.Trust.Certificates;
using Assay.Trust.Policies;

namespace Assay.Server.Packages;

/// <summary>What a run is about to do to a package with its exchanged token.</summary>
internal abstract record WorkloadAct
{
    private WorkloadAct(PackageName package, TrustActions action)
    {
        Package = package;
        Action = action;
    }

    public PackageName Package { get; }

    /// <summary>The action that the token must carry for it; of several, any.</summary>
    public TrustActions Action { get; }

    /// <summary>With <paramref name="IsStage"/> it waits for people, so that a token that may only stage is enough.</summary>
    internal sealed record Publish(PackageName Package, string Version, DistTag Tag, Integrity Integrity, bool IsStage = false)
        : WorkloadAct(Package, IsStage ? TrustActions.Publish | TrustActions.Stage : TrustActions.Publish)
    {
        /// <summary>The run that signed the provenance, when the publish brings some.</summary>
        public CertifiedRun? Certified { get; init; }
    }

    internal sealed record SetTag(PackageName Package, DistTag Tag, string Version) : WorkloadAct(Package, TrustActions.DistTag);

    internal sealed record RemoveTag(PackageName Package, DistTag Tag) : WorkloadAct(Package, TrustActions.DistTag);

    internal sealed record Deprecate(PackageName Package) : WorkloadAct(Package, TrustActions.Deprecate);

    internal sealed record Unpublish(PackageName Package) : WorkloadAct(Package, TrustActions.Unpublish);
}
