using System.Security.Cryptography;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>The row of a version that waits, in the commit in which it was decided that it may. A run's token is used up by it, as by a publish.</summary>
internal sealed class KeepStage(IWorkloadAuthority authority, IOptions<PackagesOptions> options)
{
    public async Task<StageRow> RunAsync(
        Commit commit, Caller caller, ReceivedPublish publish, PublishDecision decision, CancellationToken cancellationToken)
    {
        var run = caller is Caller.Workload workload ? await authority.RecordAsync(commit, workload.Grant, publish.Act, cancellationToken) : null;
        var (name, version) = (publish.Manifest.Name, publish.Manifest.Version.ToString());
        await ForgetStages.EndExpiredAsync(commit, WaitingStages.Taking(name, version), cancellationToken);
        var member = caller as Caller.Member;
        var stage = new StageRow
        {
            StageId = NewId(),
            PackageName = name.Value,
            Version = version,
            Tag = publish.Request.Tag.Value,
            Request = StagedRequest.Write(publish.Request),
            Sha512 = publish.Tarball.Integrity.Digest.ToArray(),
            Shasum = publish.Tarball.Shasum,
            Size = publish.Tarball.Length,
            CreatedAt = commit.Now,
            ExpiresAt = commit.Now.AddDays(decision.Package?.StageDays ?? options.Value.StageDays),
            Status = StageRow.Waiting,
            TakenVersion = WaitingStages.Taking(name, version),
            StagerName = run?.PublisherName ?? caller.Name,
            StagerEmail = member?.Email ?? "",
            StagerId = member?.PersonId,
            OwnerId = run?.OwnerId ?? member!.PersonId,
            Credential = publish.CredentialOf(caller),
            TokenId = (caller as Caller.Workload)?.Grant.TokenId,
            BindingId = run?.BindingId,
            ProjectId = run?.ProjectId,
            RunId = run?.RunId,
            ActorId = run?.ActorId,
            ReleaseSet = await SetOfRunAsync(commit, run, name.Value, cancellationToken),
            Diverted = decision.Diverts.Count == 0 ? null : string.Join("; ", decision.Diverts),
        };
        commit.Db.Stages.Add(stage);
        commit.Record(caller, "stage.created", $"{name}@{version}", $"{stage.StageId}{(stage.Diverted is null ? "" : $", instead of a publish: {stage.Diverted}")}");
        return stage;
    }

    /// <summary>A UUID of version 4, which is what clients let pass.</summary>
    public static string NewId()
    {
        var bytes = RandomNumberGenerator.GetBytes(16);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    /// <summary>What one run stages is one release, as long as it is one version of each package.</summary>
    private static async Task<string?> SetOfRunAsync(Commit commit, PublishedRun? run, string package, CancellationToken cancellationToken)
    {
        if (run is null or { RunId.Length: 0 })
        {
            return null;
        }
        var waiting = await WaitingStages.Of(commit.Db, commit.Now)
            .Where(row => row.BindingId == run.BindingId && row.ProjectId == run.ProjectId && row.RunId == run.RunId && row.ReleaseSet != null)
            .Select(row => new { row.ReleaseSet, row.PackageName }).ToListAsync(cancellationToken);
        return waiting.GroupBy(row => row.ReleaseSet).FirstOrDefault(set => set.All(row => row.PackageName != package))?.Key ?? NewId();
    }
}
