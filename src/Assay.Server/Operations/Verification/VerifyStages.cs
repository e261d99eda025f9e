using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Operations;

/// <summary>The bytes of what waits for approval. There is no signature yet: only what is approved is signed.</summary>
internal sealed class VerifyStages(RegistryDbSource source, VerifyBlob bytes)
{
    public async Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var waiting = await db.Stages.Where(row => row.TakenVersion != null).OrderBy(row => row.Id)
            .Select(row => new { row.PackageName, row.Version, Stated = new StatedBytes(row.Sha512, row.Size, row.Shasum) }).ToListAsync(cancellationToken);
        foreach (var stage in waiting)
        {
            if (await bytes.ProblemAsync(stage.Stated, cancellationToken) is { } damaged)
            {
                findings.Fault($"{stage.PackageName}@{stage.Version} (staged)", damaged);
            }
        }
    }
}
