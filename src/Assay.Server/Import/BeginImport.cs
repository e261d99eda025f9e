using Assay.Server.Data;
using Assay.Server.Packages;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Import;

/// <summary>Whose the packages will be and who may read them: settled before anything is fetched.</summary>
internal sealed class BeginImport(RegistryDbSource db, FirstAccess firstAccess)
{
    /// <exception cref="SourceFailure">It cannot begin.</exception>
    public async Task<ImportJob> RunAsync(ImportRequest request, IImportSource source, CancellationToken cancellationToken)
    {
        await using var reading = db.Open();
        if (firstAccess.New(request.Access, scope: null).Conflict is not null && !await reading.Scopes.AnyAsync(row => row.Ceiling == PackageRules.Public, cancellationToken))
        {
            throw new SourceFailure("access-conflict", "The import asks for public access, but this registry keeps its packages to its members (Assay:Access:Ceiling).");
        }
        var owner = await reading.People.Where(row => row.Name == request.Owner).Select(row => (long?)row.Id).SingleOrDefaultAsync(cancellationToken);
        return owner is { } id
            ? new ImportJob(source.Name, id, request.Access, request.IsDryRun)
            : throw new SourceFailure(
                "no-owner",
                $"There is no person named {Printable.Value(request.Owner)}. Create them first: ./run admin user add NAME --email ADDRESS --password-stdin");
    }
}
