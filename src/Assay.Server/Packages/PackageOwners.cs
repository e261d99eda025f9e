using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

internal static class PackageOwners
{
    public static Task<List<long>> OfAsync(RegistryDb db, long packageId, CancellationToken cancellationToken) =>
        db.PackageOwners.Where(row => row.PackageId == packageId).Select(row => row.PersonId).ToListAsync(cancellationToken);
}
