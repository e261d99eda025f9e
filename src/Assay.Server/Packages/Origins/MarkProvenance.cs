using Assay.Npm;
using Assay.Server.Attestations;
using Assay.Server.Data;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>Says which versions of a list have provenance that the caller may see. The caller reads the package; that was asked before.</summary>
internal sealed class MarkProvenance(RegistryDbSource source)
{
    public async Task<IReadOnlySet<string>> OfAsync(PackageName name, IReadOnlyCollection<string> versions, Caller caller, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var package = await db.Packages.SingleAsync(row => row.Name == name.Value, cancellationToken);
        var marks = await db.Attestations
            .Join(db.Versions.Where(version => version.PackageId == package.Id && versions.Contains(version.Version)), row => row.VersionId, version => version.Id, (row, version) => new
            {
                version.Version,
                Mark = new AttestationMark(row.Id, row.VersionId, row.PredicateType, row.Bundle != null, row.IsSourcePublic, row.PublicEntry != null),
            })
            .ToListAsync(cancellationToken);
        return marks.Where(each => each.Mark.IsProvenance && AttestationEndpoints.MaySee(caller, package, each.Mark)).Select(each => each.Version).ToHashSet(StringComparer.Ordinal);
    }
}
