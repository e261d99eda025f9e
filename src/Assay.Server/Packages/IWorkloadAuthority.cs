using Assay.Npm;
using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;

namespace Assay.Server.Packages;

/// <summary>Says whether an exchanged token may do this, and takes note when it published. Filled by trusted publishing.</summary>
internal interface IWorkloadAuthority
{
    /// <summary>Whether what runs got for a pattern is good for this package too. Answered from memory: it is asked with each read.</summary>
    ValueTask<bool> IsReachedByPatternsAsync(PackageName package, CancellationToken cancellationToken);

    /// <summary>Reads only. The answer counts inside the act's own commit; a publish asks also before its bytes are stored.</summary>
    Task<WorkloadVerdict> JudgeAsync(RegistryDb db, WorkloadGrant grant, WorkloadAct act, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>In the publish's commit: the token is used up, and what the run's identity token may still get is closed.</summary>
    Task<PublishedRun> RecordAsync(Commit commit, WorkloadGrant grant, WorkloadAct.Publish act, CancellationToken cancellationToken);

    /// <summary>Why a publish that this token may do shall wait for people; empty when it need not.</summary>
    Task<IReadOnlyList<string>> DivertsAsync(
        RegistryDb db, WorkloadGrant grant, PackageRow? package, PublishedManifest manifest, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Whether what a run staged with this token may still be published: its policy in force, nothing of it revoked or frozen.</summary>
    Task<Denial?> RefuseApprovalAsync(RegistryDb db, long tokenId, WorkloadAct.Publish act, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The run that staged with this token.</summary>
    Task<PublishedRun> RecallAsync(RegistryDb db, long tokenId, CancellationToken cancellationToken);
}

internal abstract record WorkloadVerdict
{
    private WorkloadVerdict()
    {
    }

    internal sealed record Allowed : WorkloadVerdict;

    /// <summary>This very publish was stored before; its answer got lost.</summary>
    internal sealed record Repeated : WorkloadVerdict;

    internal sealed record Denied(Denial Denial) : WorkloadVerdict;
}

/// <summary>What a publish brings, for whoever compares it with what was published before.</summary>
internal sealed record PublishedManifest(bool HasInstallScript, bool HasProvenance);

/// <summary>What a version keeps of the run that published it.</summary>
internal sealed record PublishedRun(
    string PublisherName, string RunJson, string BindingId, string ProjectId, string RunId, string Workflow, long OwnerId)
{
    public required string ProviderId { get; init; }

    public required string PolicyId { get; init; }

    /// <summary>The stable id of whoever set it off; null where its token does not say.</summary>
    public string? ActorId { get; init; }

    /// <summary>What can be stated of it; null where its provider's definition states nothing.</summary>
    public StatedProvenance? Provenance { get; init; }
}
