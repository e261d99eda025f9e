using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Operations;

/// <summary>Every version that is served: its bytes, what is said of them, and the registry's signature.</summary>
internal sealed class VerifyVersions(RegistryDbSource source, VerifyBlob bytes, VerifyManifest manifest, VerifySignature signature)
{
    private const int Together = 50;

    public static Task<long> CountAsync(RegistryDb db, CancellationToken cancellationToken) => db.Versions.LongCountAsync(row => row.RemovedAt == null, cancellationToken);

    public async Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        var last = 0L;
        while (await SomeAsync(last, cancellationToken) is { Count: > 0 } some)
        {
            foreach (var (package, row) in some)
            {
                await LookAsync(package, row, findings, cancellationToken);
                findings.Looked();
            }
            last = some[^1].Row.Id;
        }
    }

    private async Task LookAsync(string package, VersionRow row, Findings findings, CancellationToken cancellationToken)
    {
        var subject = $"{package}@{row.Version}";
        if (await signature.ProblemAsync(package, row, cancellationToken) is { } unsigned)
        {
            findings.Fault(subject, unsigned);
        }
        if (await bytes.ProblemAsync(new StatedBytes(row.Sha512, row.Size, row.Shasum), cancellationToken) is { } damaged)
        {
            findings.Fault(subject, damaged);
        }
        else if (await manifest.ProblemAsync(package, row, cancellationToken) is { } changed)
        {
            findings.Fault(subject, changed);
        }
    }

    private async Task<List<(string Package, VersionRow Row)>> SomeAsync(long after, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var rows = await db.Versions.Where(row => row.Id > after && row.RemovedAt == null).OrderBy(row => row.Id).Take(Together)
            .Join(db.Packages, row => row.PackageId, package => package.Id, (row, package) => new { package.Name, Row = row }).OrderBy(each => each.Row.Id).ToListAsync(cancellationToken);
        return [.. rows.Select(each => (each.Name, each.Row))];
    }
}
