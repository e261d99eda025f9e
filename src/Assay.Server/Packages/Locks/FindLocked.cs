using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>What a lock is set of, with what held there before.</summary>
internal sealed record LockedThing(ILocked Row, PublishLock Before)
{
    /// <summary>Nothing was said of it yet.</summary>
    public bool IsNew { get; init; }
}

/// <summary>Finds what a lock shall be set of, or says why this may not be.</summary>
internal delegate Task<(LockedThing? Found, Denial? Denial)> Finding(RegistryDb db, DateTimeOffset now, CancellationToken cancellationToken);

/// <summary>Who sets which locks: of a package whoever administers it, of a scope owners and admins of its organisation, and the registry's administrators.</summary>
internal sealed class FindLocked(PackageLocks locks)
{
    public async Task<(LockedThing? Found, Denial? Denial)> PackageAsync(
        RegistryDb db, PackageName name, Caller.Member member, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (package, denial) = await PackageRights.FindToChangeAsync(db, name, revision: null, member, cancellationToken);
        return package is null ? (null, denial) : (await OfAsync(db, name, package, now, cancellationToken), null);
    }

    public async Task<(LockedThing? Found, Denial? Denial)> ScopeAsync(
        RegistryDb db, string scope, Caller.Member member, DateTimeOffset now, CancellationToken cancellationToken) =>
        await Scopes.RefuseToSayAsync(db, scope, member, cancellationToken) is { } denial ? (null, denial) : (await OfAsync(db, scope, now, cancellationToken), null);

    public async Task<(LockedThing? Found, Denial? Denial)> ByOperatorAsync(RegistryDb db, string target, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (ScopeName.IsScope(target))
        {
            return (await OfAsync(db, target, now, cancellationToken), null);
        }
        return PackageName.TryParse(target, out var name) && await db.Packages.SingleOrDefaultAsync(row => row.Name == name.Value, cancellationToken) is { } package
            ? (await OfAsync(db, name, package, now, cancellationToken), null)
            : (null, new Denial(StatusCodes.Status404NotFound, "not-found", $"There is no package {target}. Give one, or a scope like @acme."));
    }

    private async Task<LockedThing> OfAsync(RegistryDb db, PackageName name, PackageRow package, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var held = await locks.OfAsync(db, name, package, now, cancellationToken);
        return new LockedThing(package, held.Own ?? held.WithoutOwn);
    }

    private async Task<LockedThing> OfAsync(RegistryDb db, string scope, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = await db.Scopes.SingleOrDefaultAsync(found => found.Name == scope, cancellationToken);
        return new LockedThing(row ?? new ScopeRow { Name = scope }, row.At(now) ?? locks.Registry) { IsNew = row is null };
    }
}
