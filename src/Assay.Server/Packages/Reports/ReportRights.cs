using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Who looks at reports: a person with what they presented, or the operator, who has no row.</summary>
internal sealed record ReportReader(long? PersonId, bool IsAdministrator, AccessTokenUse? Token)
{
    public static ReportReader Operator { get; } = new(null, IsAdministrator: true, null);

    public static ReportReader Of(Caller.Member member) => new(member.PersonId, member.IsAdministrator, member.Token);
}

/// <summary>
/// A report is for those who can act: administrators, and for all kinds but malware whoever administers the package, since who plants malware may be one of them. Who
/// reported sees their own.
/// </summary>
internal static class ReportRights
{
    public static IQueryable<ReportRow> SeenBy(RegistryDb db, ReportReader reader)
    {
        if (reader.IsAdministrator)
        {
            return db.Reports;
        }
        var administered = PackageRights.Administered(db, reader.PersonId, reader.Token).Select(package => package.Name);
        return db.Reports.Where(row => row.ReporterId == reader.PersonId || (row.Kind != ReportRow.Malware && administered.Contains(row.PackageName)));
    }

    /// <summary>Whether the token may tell of the package at all.</summary>
    public static bool Reaches(this ReportReader reader, ReportRow row) => reader.Token is null || reader.Token.LimitFor(row.PackageName) >= PackageRole.Read;

    /// <summary>Whether it is for this person to decide about it, and not only their own to see.</summary>
    public static async Task<bool> MayHandleAsync(RegistryDb db, ReportRow row, ReportReader reader, CancellationToken cancellationToken) => reader.IsAdministrator
        || (row.Kind != ReportRow.Malware
            && await PackageRights.Administered(db, reader.PersonId, reader.Token).AnyAsync(package => package.Name == row.PackageName, cancellationToken));

    public static Denial Unknown(long id) => new(StatusCodes.Status404NotFound, "report-not-found", $"There is no report {id} that you may see.");

    /// <summary>How it is recorded. With the id first, of malware no owner of the package learns, in no list and by no webhook.</summary>
    public static string Subject(ReportRow row)
    {
        var about = row.Version is null ? row.PackageName : $"{row.PackageName}@{row.Version}";
        return row.Kind == ReportRow.Malware ? $"#{row.Id} {row.Kind} {about}" : $"{about} #{row.Id} {row.Kind}";
    }
}
