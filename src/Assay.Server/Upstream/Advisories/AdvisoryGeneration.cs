using System.Globalization;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Upstream.Advisories;

/// <summary>
/// Rows of one import carry its number before the package, <c>7:lodash</c>. They are written in many small commits and nobody finds them, until the last
/// commit makes that import the newest: so readers see all of one or all of another, and other writes are not held up.
/// </summary>
internal static class AdvisoryGeneration
{
    public static Task<AdvisoryImportRow?> NewestAsync(RegistryDb db, CancellationToken cancellationToken) =>
        db.AdvisoryImports.OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancellationToken);

    public static string Key(long import, string package) => Prefix(import) + package;

    public static string NameIn(string key) => key[(key.IndexOf(':') + 1)..];

    public static string Prefix(long import) => import.ToString(CultureInfo.InvariantCulture) + ":";
}
