using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>A stage with who approved it and how many more are needed.</summary>
internal sealed record StageDetails(StageRow Stage)
{
    /// <summary>The names of those whose approval counts.</summary>
    public IReadOnlyList<string> ApprovedBy { get; init; } = [];

    /// <summary>How many are needed besides; null when it waits no more.</summary>
    public int? Missing { get; init; }

    /// <summary>How many the registry or the package asks for.</summary>
    public int Wanted { get; init; }

    /// <summary>Who reads it once it is published: <c>public</c>, <c>members</c>, <c>teams</c>; empty where that is said at its first version.</summary>
    public string Readers { get; init; } = "";

    /// <summary>The publish token of the run that staged it; null for a person.</summary>
    public PublishTokenRow? Run { get; init; }
}

internal sealed class ReadStageDetails(RegistryDbSource source, ReadStages read, JudgeApproval judge, IOptions<PackagesOptions> options, TimeProvider time)
{
    public async Task<(StageDetails? Details, Denial? Denial)> FindAsync(Caller.Member member, string stageId, CancellationToken cancellationToken)
    {
        var (stage, denial) = await read.FindAsync(member, stageId, cancellationToken);
        return stage is null ? (null, denial) : (await OfAsync(stage, cancellationToken), null);
    }

    private async Task<StageDetails> OfAsync(StageRow stage, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var now = time.GetUtcNow();
        var package = await db.Packages.SingleOrDefaultAsync(row => row.Name == stage.PackageName, cancellationToken);
        var details = new StageDetails(stage)
        {
            Readers = package?.Access ?? (StagedRequest.AccessOf(stage.Request) is Npm.PublishAccess.Public ? PackageRules.Public : ""),
            Run = stage.TokenId is { } token ? await db.PublishTokens.SingleOrDefaultAsync(row => row.Id == token, cancellationToken) : null,
            Wanted = Math.Max(options.Value.StageApprovals, package?.ApprovalsAt(now) ?? 1),
        };
        if (stage.TakenVersion is null)
        {
            return details;
        }
        var approvers = (await JudgeApproval.CountedAsync(db, stage, cancellationToken)).Select(each => each.PersonId).ToList();
        return details with
        {
            ApprovedBy = await db.People.Where(row => approvers.Contains(row.Id)).OrderBy(row => row.Name).Select(row => row.Name).ToListAsync(cancellationToken),
            Missing = await judge.MissingAsync(db, stage, also: null, now, cancellationToken),
        };
    }
}
