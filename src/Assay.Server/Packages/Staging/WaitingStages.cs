using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>The stages that keep a version for themselves.</summary>
internal static class WaitingStages
{
    public static string Taking(PackageName name, string version) => $"{name}@{version}";

    /// <summary>What has expired takes nothing any more, although its row may say so for a while.</summary>
    public static IQueryable<StageRow> Of(RegistryDb db, DateTimeOffset now) => db.Stages.Where(row => row.TakenVersion != null && row.ExpiresAt > now);

    public static Task<StageRow?> FindAsync(RegistryDb db, PackageName name, string version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var taking = Taking(name, version);
        return Of(db, now).SingleOrDefaultAsync(row => row.TakenVersion == taking, cancellationToken);
    }

    /// <summary>What a run staged with this token, waiting or over.</summary>
    public static Task<StageRow?> OfTokenAsync(RegistryDb db, long tokenId, CancellationToken cancellationToken) =>
        db.Stages.Where(row => row.TokenId == tokenId).OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancellationToken);

    /// <summary>The same upload again, whose answer may have been lost.</summary>
    public static bool IsRepeat(StageRow waiting, ReceivedPublish publish, Caller caller) =>
        publish.Approved is null && waiting.Credential == publish.CredentialOf(caller) && publish.Tarball.Integrity.Equals(Integrity.FromSha512(waiting.Sha512));

    public static Denial Taken(StageRow waiting) => new(
        StatusCodes.Status409Conflict,
        "version-staged",
        $"{waiting.PackageName}@{waiting.Version} is staged already and waits for approval. Approve it with `npm stage approve {waiting.StageId}`, or reject it to use the version for something else.");

    public static Denial Over(string stageId) => new(
        StatusCodes.Status409Conflict, "stage-over", $"The stage {stageId} waits no more: it was approved, was rejected or has expired.");

    public static Denial Unknown(string stageId) => new(
        StatusCodes.Status404NotFound, "stage-not-found", $"There is no stage {stageId}, or you may not see it. Stages are seen by those who publish to their package.");
}
