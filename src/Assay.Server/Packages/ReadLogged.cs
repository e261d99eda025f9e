using Assay.Npm;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Notes;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Transparency;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>A leaf, as far as somebody may know what it commits to.</summary>
/// <param name="Index">Its place in the log.</param>
/// <param name="Kind">What kind of event it is, which the leaf says to every reader of the log.</param>
/// <param name="Hash">Its hash in the tree.</param>
/// <param name="Leaf">Its bytes.</param>
/// <param name="Opening">Null where it stays sealed.</param>
internal sealed record SeenLeaf(long Index, string Kind, LogHash Hash, ReadOnlyMemory<byte> Leaf, SeenOpening? Opening);

/// <summary>What a leaf is about.</summary>
/// <param name="Package">The package that it names, if any.</param>
/// <param name="Version">Its version, if any.</param>
/// <param name="Salt">What the commitment was salted with; null where the leaf itself says all there is, or where the opening was erased.</param>
/// <param name="Event">The text that was committed to.</param>
internal sealed record SeenOpening(string? Package, string? Version, ReadOnlyMemory<byte>? Salt, string? Event);

/// <summary>A leaf with all that it takes to check that it is in the log.</summary>
internal sealed record ProvedLeaf(SeenLeaf Seen, InclusionProof Proof, Checkpoint Checkpoint);

/// <summary>Leaves of the log for people. Who may know the package of a leaf gets its opening; everybody else sees that it is sealed.</summary>
internal sealed class ReadLogged(RegistryDbSource source, LogReading log, KnownPackages known)
{
    public const int PageSize = 50;

    /// <summary>The newest first, of those before an index, and how many the log has.</summary>
    public async Task<(IReadOnlyList<SeenLeaf> Leaves, long Size)> PageAsync(long? before, Caller caller, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var size = (await LogReading.NewestAsync(db, cancellationToken)).Size;
        var end = Math.Clamp(before ?? size, 0, size);
        var rows = await db.LogLeaves.Where(row => row.Index < end).OrderByDescending(row => row.Index).Take(PageSize).ToListAsync(cancellationToken);
        return (await SeenAsync(db, rows, caller, cancellationToken), size);
    }

    /// <summary>The newest leaves about a package, or a version of it. Empty also where the caller may not know it.</summary>
    public async Task<IReadOnlyList<SeenLeaf>> FindAsync(string package, string? version, Caller caller, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        if (!await known.MayKnowAsync(db, package, caller, cancellationToken))
        {
            return [];
        }
        var size = (await LogReading.NewestAsync(db, cancellationToken)).Size;
        var rows = await db.LogLeaves.Where(row => row.Package == package && (version == null || row.Version == version) && row.Index < size)
            .OrderByDescending(row => row.Index).Take(PageSize).ToListAsync(cancellationToken);
        return await SeenAsync(db, rows, caller, cancellationToken);
    }

    /// <summary>Null when the log has no such leaf, or not yet.</summary>
    public async Task<ProvedLeaf?> ProveAsync(long index, Caller caller, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        if (await db.LogLeaves.SingleOrDefaultAsync(found => found.Index == index, cancellationToken) is not { } row
            || await log.ReceiptAsync(db, index, cancellationToken) is not { } receipt)
        {
            return null;
        }
        var seen = await SeenAsync(db, [row], caller, cancellationToken);
        return new ProvedLeaf(seen[0], receipt.Proof, receipt.Checkpoint);
    }

    private async Task<IReadOnlyList<SeenLeaf>> SeenAsync(RegistryDb db, List<LogLeafRow> rows, Caller caller, CancellationToken cancellationToken)
    {
        var decided = new Dictionary<(string?, string), bool>();
        var seen = new List<SeenLeaf>(rows.Count);
        foreach (var row in rows)
        {
            if (!decided.TryGetValue((row.Package, row.Audience), out var isOpen))
            {
                decided[(row.Package, row.Audience)] = isOpen = await IsForAsync(db, row, caller, cancellationToken);
            }
            seen.Add(new SeenLeaf(row.Index, row.Kind, new LogHash(row.Hash), row.Leaf, isOpen ? new SeenOpening(row.Package, row.Version, row.Salt, row.Event) : null));
        }
        return seen;
    }

    private async Task<bool> IsForAsync(RegistryDb db, LogLeafRow row, Caller caller, CancellationToken cancellationToken) => (row.Audience, row.Package) switch
    {
        _ when caller is Caller.Member { IsAdministrator: true } => true,
        (LogAudience.Readers, null) => true,
        (LogAudience.Readers, { } package) => await known.MayKnowAsync(db, package, caller, cancellationToken),
        (LogAudience.Owners, { } package) => caller is Caller.Member member && PackageName.TryParse(package, null, out var name)
            && (await PackageRights.FindToSeeAsync(db, name, member, PackageRole.Admin, cancellationToken)).Denial is null,
        _ => false,
    };
}
