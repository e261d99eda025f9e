using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Packages;

/// <summary>What holds for a package.</summary>
/// <param name="Own">Said of the package itself; null where nothing is.</param>
/// <param name="Scope">Said of its scope.</param>
/// <param name="Registry">What holds where neither says anything.</param>
internal sealed record HeldLock(PublishLock? Own, PublishLock? Scope, PublishLock Registry)
{
    public PublishLock Holds => PublishLocks.Of(Own, Scope, Registry);

    /// <summary>What would hold if nothing were said of the package.</summary>
    public PublishLock WithoutOwn => PublishLocks.Of(null, Scope, Registry);

    /// <summary>Which of them it is that holds.</summary>
    public string Source => Own == Holds ? "package" : Scope == Holds ? "scope" : "registry";
}

/// <summary>Asks for a second factor, once nothing else is in the way. Whether a token may do without it is said by what the lock lets the act be proved with.</summary>
internal delegate Task<JsonAnswer?> AskSecondFactor(PublishProof proof, CancellationToken cancellationToken);

/// <summary>Reads locks, and judges by them what a publish proves. Whoever makes a version visible, or keeps one for that, asks here.</summary>
internal sealed class PackageLocks(IOptions<PackagesOptions> options)
{
    public PublishLock Registry => PublishLocks.Parse(options.Value.Lock) ?? PublishLock.OidcOnly;

    /// <summary>What holds for a package, or for a name that has no row yet.</summary>
    public async Task<HeldLock> OfAsync(RegistryDb db, PackageName name, PackageRow? package, DateTimeOffset now, CancellationToken cancellationToken) => new(
        package is null ? null : await OwnAsync(db, package, now, cancellationToken),
        (await PackageRights.ScopeAsync(db, name.Scope, cancellationToken)).At(now),
        Registry);

    /// <summary>
    /// How a caller will have proved an act on a package, once a second factor was asked of whoever has to give one. A token that may do without is enough only where the
    /// lock says so; elsewhere its person is asked like everybody.
    /// </summary>
    public async Task<PublishProof> ProofAsync(RegistryDb db, Caller caller, PackageName name, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (caller is not Caller.Member { Token.BypassesSecondFactor: true })
        {
            return caller is Caller.Workload ? PublishProof.Oidc : PublishProof.SecondFactor;
        }
        var package = await db.Packages.AsNoTracking().SingleOrDefaultAsync(row => row.Name == name.Value, cancellationToken);
        return (await OfAsync(db, name, package, now, cancellationToken)).Holds.Allows(PublishProof.Token) ? PublishProof.Token : PublishProof.SecondFactor;
    }

    /// <summary>Null when a publish that is proved so may be.</summary>
    public async Task<Denial?> RefuseAsync(
        RegistryDb db, PackageName name, PackageRow? package, PublishProof proof, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Nothing is stronger, so that CI's publishes ask nothing of the database here.
        if (proof is PublishProof.Oidc)
        {
            return null;
        }
        var held = await OfAsync(db, name, package, now, cancellationToken);
        return held.Holds.Allows(proof) ? null
            : held.Holds is PublishLock.OidcOnly ? LockDenials.OidcOnly(name, held, await OriginAsync(db, name, package, held, now, cancellationToken), package is null)
            : LockDenials.TokensNotAllowed(name);
    }

    /// <summary>For changes that are no publish: a lock keeps only tokens without a second factor from them. Null when a change that is proved so may be.</summary>
    public async Task<Denial?> RefuseTokenAsync(
        RegistryDb db, PackageName name, PackageRow package, PublishProof proof, DateTimeOffset now, CancellationToken cancellationToken) =>
        proof is PublishProof.Token && !(await OfAsync(db, name, package, now, cancellationToken)).Holds.Allows(proof) ? LockDenials.TokensNotAllowed(name) : null;

    /// <summary>
    /// What is said of the package. Where nothing was ever said and a version came from CI, as in packages from before there were locks, the next must too: otherwise a
    /// stolen token could do what no pipeline did.
    /// </summary>
    private static async Task<PublishLock?> OwnAsync(RegistryDb db, PackageRow package, DateTimeOffset now, CancellationToken cancellationToken) =>
        package.At(now) is { } own ? own
        : await FromRuns(db, package).AnyAsync(cancellationToken) ? PublishLock.OidcOnly
        : null;

    private static async Task<string> OriginAsync(
        RegistryDb db, PackageName name, PackageRow? package, HeldLock held, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ILocked? row = held.Source switch
        {
            "package" => package,
            "scope" => await PackageRights.ScopeAsync(db, name.Scope, cancellationToken),
            _ => null,
        };
        if (row?.At(now) is not null)
        {
            var (at, by) = row.Origin(now);
            return LockDenials.Since(at, by);
        }
        var first = package is null ? null : await FromRuns(db, package).OrderBy(found => found.Id)
            .Select(found => new { found.Version, found.PublishedAt, found.PublisherName }).FirstOrDefaultAsync(cancellationToken);
        return first is null ? "" : LockDenials.Since(first.PublishedAt, $"{first.PublisherName}, which published {first.Version}");
    }

    private static IQueryable<VersionRow> FromRuns(RegistryDb db, PackageRow package) =>
        db.Versions.Where(row => row.PackageId == package.Id && row.TrustedPublisher != null && row.ImportedFrom == null);
}
