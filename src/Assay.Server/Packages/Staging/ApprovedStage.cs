using Assay.Server.Data.Rows;
using Assay.Trust.People;

namespace Assay.Server.Packages;

/// <summary>The stage behind a publish that is approved.</summary>
/// <param name="RowId">Its row.</param>
/// <param name="StageId">As people name it.</param>
/// <param name="TokenId">The publish token of the run that staged; null when a person did.</param>
/// <param name="StagerId">The person who staged; null when a run did.</param>
/// <param name="StagerName">Shown as the publisher.</param>
/// <param name="StagerEmail">With it.</param>
/// <param name="OwnerId">Who owns the package if it is new.</param>
internal sealed record ApprovedStage(long RowId, string StageId, long? TokenId, long? StagerId, string StagerName, string StagerEmail, long OwnerId)
{
    public static ApprovedStage Of(StageRow row) => new(row.Id, row.StageId, row.TokenId, row.StagerId, row.StagerName, row.StagerEmail, row.OwnerId);

    public bool IsOfARun => TokenId is not null;

    /// <summary>What its publish proves, and the only place that says so: what a run staged is the run's, and every approval took a second factor.</summary>
    public PublishProof Proof => ProofOf(IsOfARun);

    /// <summary>The same while it is being staged: what it will prove once people have approved.</summary>
    public static PublishProof ProofOf(bool isOfARun) => isOfARun ? PublishProof.Oidc : PublishProof.SecondFactor;
}
