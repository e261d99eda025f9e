using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>Whether a version may be stored: the caller's rights, and what is stored already.</summary>
internal sealed class DecidePublish(IWorkloadAuthority authority, FirstAccess firstAccess, KeepProvenance provenance, PackageLocks locks, IOptions<PackagesOptions> options)
{
    /// <param name="db">The database, in a commit the commit's.</param>
    /// <param name="caller">Who publishes.</param>
    /// <param name="publish">What, judged.</param>
    /// <param name="proof">How it was proved, or will have been by then.</param>
    /// <param name="now">The time that counts.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<PublishDecision> RunAsync(
        RegistryDb db, Caller caller, ReceivedPublish publish, PublishProof proof, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var name = publish.Manifest.Name;
        var package = await db.Packages.SingleOrDefaultAsync(row => row.Name == name.Value, cancellationToken);
        switch (caller)
        {
            case Caller.Member when publish.Approved is { } approved:
                if (await RefuseStagedAsync(db, approved, publish, now, cancellationToken) is { } withdrawn)
                {
                    return PublishDecision.No(withdrawn);
                }
                break;
            case Caller.Member member:
                var forbidden = publish.IsStage
                    ? await StageRights.RefuseStagingAsync(db, package, name, member, cancellationToken)
                    : package is null
                    ? await PackageRights.RefuseNewAsync(db, name, member, cancellationToken)
                    : await RefuseAsync(db, package, name, member, cancellationToken);
                if (forbidden is not null)
                {
                    return PublishDecision.No(forbidden);
                }
                if (publish.Provenance is not null)
                {
                    return PublishDecision.No(ProvenanceDenial.OfAPerson);
                }
                break;
            case Caller.Workload workload:
                switch (await authority.JudgeAsync(db, workload.Grant, publish.Act, now, cancellationToken))
                {
                    case WorkloadVerdict.Allowed:
                        break;
                    case WorkloadVerdict.Repeated:
                        return PublishDecision.Done with { Stage = await WaitingStages.OfTokenAsync(db, workload.Grant.TokenId, cancellationToken) };
                    case WorkloadVerdict.Denied denied:
                        return PublishDecision.No(denied.Denial);
                }
                break;
            default:
                throw new InvalidOperationException("A publish needs a member or an exchanged token.");
        }
        if (package is null && name.NewPackageProblems is [var problem, ..])
        {
            return PublishDecision.No(new Denial(StatusCodes.Status400BadRequest, "invalid-name", $"A new package cannot be named {name}: {problem}"));
        }
        if (package is null && await LookAlikes.RefuseAsync(db, name, caller, cancellationToken) is { } similar)
        {
            return PublishDecision.No(similar);
        }
        return await AgainstStoredAsync(db, caller, publish, package, proof, now, cancellationToken);
    }

    /// <summary>In a scope that takes no new packages of this person, a name that they may not know is answered as one that does not exist.</summary>
    private static async Task<Denial?> RefuseAsync(
        RegistryDb db, PackageRow package, PackageName name, Caller.Member member, CancellationToken cancellationToken) =>
        await PackageRights.RefuseAsync(db, package, member, PackageRole.Write, cancellationToken) is { } denial
            ? (denial.Status == StatusCodes.Status404NotFound ? await PackageRights.RefuseNewAsync(db, name, member, cancellationToken) : null) ?? denial
            : null;

    /// <summary>Whether whoever staged still might: the person by their role, the run by its policy. The approvers were judged before.</summary>
    private Task<Denial?> RefuseStagedAsync(
        RegistryDb db, ApprovedStage approved, ReceivedPublish publish, DateTimeOffset now, CancellationToken cancellationToken) => approved.TokenId is { } token
            ? authority.RefuseApprovalAsync(db, token, publish.Act, now, cancellationToken)
            : StageRights.RefuseStagerAsync(db, publish.Manifest.Name, approved, cancellationToken);

    private async Task<PublishDecision> AgainstStoredAsync(
        RegistryDb db, Caller caller, ReceivedPublish publish, PackageRow? package, PublishProof proof, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var version = publish.Manifest.Version.ToString();
        var hasVersions = package is not null && await db.Versions.AnyAsync(row => row.PackageId == package.Id, cancellationToken);
        if (hasVersions && await StoredAsync(db, package!.Id, version, cancellationToken) is { } stored)
        {
            return IsRepeat(stored, caller, publish, now) ? PublishDecision.Done : PublishDecision.No(AlreadyThere(stored));
        }
        if (await WaitingStages.FindAsync(db, publish.Manifest.Name, version, now, cancellationToken) is { } waiting && waiting.Id != publish.Approved?.RowId)
        {
            return WaitingStages.IsRepeat(waiting, publish, caller) ? PublishDecision.Done with { Stage = waiting } : PublishDecision.No(WaitingStages.Taken(waiting));
        }
        if (await Freezes.RefuseAsync(db, publish.Manifest.Name, cancellationToken) is { } frozen)
        {
            return PublishDecision.No(frozen);
        }
        if (await locks.RefuseAsync(db, publish.Manifest.Name, package, proof, now, cancellationToken) is { } locked)
        {
            return PublishDecision.No(locked);
        }
        if (hasVersions && await provenance.RefuseAsync(db, package!, caller, publish, cancellationToken) is { } downgrade)
        {
            return PublishDecision.No(downgrade);
        }
        var (access, conflict) = hasVersions
            ? FirstAccess.Existing(publish.Request.Access, package!.Access)
            : firstAccess.New(publish.Request.Access, await PackageRights.ScopeAsync(db, publish.Manifest.Name.Scope, cancellationToken));
        return conflict is null
            ? PublishDecision.Yes(package, access, hasVersions) with { Diverts = await DivertsAsync(db, caller, publish, package, now, cancellationToken) }
            : PublishDecision.No(conflict);
    }

    private async Task<IReadOnlyList<string>> DivertsAsync(
        RegistryDb db, Caller caller, ReceivedPublish publish, PackageRow? package, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (publish.IsStage || publish.Approved is not null)
        {
            return [];
        }
        if (package?.StagesEveryPublishAt(now) is true)
        {
            return ["every publish of this package waits for approval"];
        }
        return caller is Caller.Workload workload
            ? await authority.DivertsAsync(db, workload.Grant, package, new PublishedManifest(publish.Manifest.HasInstallScript, provenance.WillHaveAny(package, caller, publish)), now, cancellationToken)
            : [];
    }

    private static Task<Existing?> StoredAsync(RegistryDb db, long packageId, string version, CancellationToken cancellationToken) =>
        db.Versions
            .Where(row => row.PackageId == packageId && row.Version == version)
            .Select(row => new Existing(row.Version, row.Sha512, row.PublisherCredential, row.PublishedAt, row.RemovedAt != null, row.QuarantinedBy != null))
            .SingleOrDefaultAsync(cancellationToken);

    // npm sends a PUT again when its answer was lost. The same bytes under another tag are no repeat: saying yes, the tag would not move.
    // Publish tokens answer for themselves through the authority.
    private bool IsRepeat(Existing stored, Caller caller, ReceivedPublish publish, DateTimeOffset now) =>
        caller is Caller.Member
        && !stored.IsRemoved
        && !stored.IsQuarantined
        && stored.Credential == publish.CredentialOf(caller)
        && now - stored.PublishedAt <= TimeSpan.FromSeconds(options.Value.RepeatSeconds)
        && publish is { IsStage: false, Approved: null }
        && publish.Tarball.Integrity.Equals(Integrity.FromSha512(stored.Sha512));

    // changesets and Lerna look for these words.
    private static Denial AlreadyThere(Existing stored) => new(
        StatusCodes.Status403Forbidden,
        "version-exists",
        $"You cannot publish over the previously published versions: {stored.Version}." + Gone(stored));

    private static string Gone(Existing stored) => stored switch
    {
        { IsRemoved: true } => " It was unpublished, and a version is never used again.",
        { IsQuarantined: true } => " It is quarantined, and stays taken.",
        _ => "",
    };

    private sealed record Existing(string Version, byte[] Sha512, string Credential, DateTimeOffset PublishedAt, bool IsRemoved, bool IsQuarantined);
}

/// <summary>Settled is what needs no storing any more: refused, or a repeat of what was stored.</summary>
internal sealed record PublishDecision(bool IsSettled, Denial? Denial, PackageRow? Package, string Access, bool HasVersions)
{
    /// <summary>The stage that this repeats, waiting or over.</summary>
    public StageRow? Stage { get; init; }

    /// <summary>Why it has to wait for people although it may be published; empty when it need not.</summary>
    public IReadOnlyList<string> Diverts { get; init; } = [];

    /// <summary>Whether what may be published becomes a stage first.</summary>
    public bool Waits(ReceivedPublish publish) => publish.IsStage || Diverts.Count > 0;

    public static PublishDecision Done { get; } = new(true, null, null, "", false);

    public static PublishDecision No(Denial denial) => new(true, denial, null, "", false);

    public static PublishDecision Yes(PackageRow? package, string access, bool hasVersions) => new(false, null, package, access, hasVersions);
}
