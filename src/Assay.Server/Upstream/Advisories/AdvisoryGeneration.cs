using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Upstream.Advisories;

/// <summary>
/// Rows of an import are written in many small commits and nobody finds them, until the last commit makes that import the newest: so readers see all of one or
/// all of another, and other writes are not held up.
/// </summary>
internal static class AdvisoryGeneration
{
    public static Task<AdvisoryImportRow?> NewestAsync(RegistryDb db, CancellationToken cancellationToken) =>
        db.AdvisoryImports.OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancellationToken);
}
