using Assay.Npm;
using Assay.Provenance.Keys;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Signing;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Attestations;

/// <summary>The registry's signature on versions (<c>dist.signatures</c>).</summary>
internal sealed class SignVersions(RegistryDbSource source, CommitQueue commits, SigningKeys keys)
{
    private const int Together = 200;

    private volatile bool isComplete;

    public static void Sign(VersionRow version, PackageName package, SigningKey key)
    {
        version.Signature = key.Sign(VersionSignature.Message(package, version.Version, Integrity.FromSha512(version.Sha512)));
        version.SignatureKeyId = key.Id;
    }

    /// <summary>
    /// Whether the versions from before the first key are signed. Only then may clients learn of the keys: npm reports each version without a
    /// signature, and fails. No version comes without one any more, so that a yes stays true.
    /// </summary>
    public async ValueTask<bool> AreCompleteAsync(CancellationToken cancellationToken)
    {
        if (!isComplete)
        {
            await using var db = source.Open();
            isComplete = !await Unsigned(db).AnyAsync(cancellationToken);
        }
        return isComplete;
    }

    /// <summary>Signs some of those that were published before the registry signed; answers how many, 0 when none is left.</summary>
    public async Task<int> SignOlderAsync(CancellationToken cancellationToken)
    {
        var key = await keys.GetAsync(KeyPurpose.Registry, cancellationToken);
        return await commits.RunAsync(async (commit, stop) =>
        {
            var found = await Unsigned(commit.Db).AsTracking().OrderBy(row => row.Id).Take(Together)
                .Join(commit.Db.Packages, row => row.PackageId, package => package.Id, (Version, package) => new { Version, package.Name }).ToListAsync(stop);
            foreach (var each in found)
            {
                Sign(each.Version, PackageName.TryParse(each.Name, out var name) ? name : throw new InvalidOperationException($"{each.Name} is stored and is no name."), key);
                commit.Changed(IChangeFeed.Everything);
            }
            return found.Count;
        }, cancellationToken);
    }

    // Only what is older than the first key: were a removed signature made anew, whoever changed a version in the database would have it signed.
    private static IQueryable<VersionRow> Unsigned(RegistryDb db) => db.Versions.Where(row =>
        row.Signature == null && row.RemovedAt == null
        && !db.SigningKeys.Any(key => key.Purpose == KeyPurpose.Registry && key.CreatedAt <= (row.ImportedAt ?? row.PublishedAt)));
}
