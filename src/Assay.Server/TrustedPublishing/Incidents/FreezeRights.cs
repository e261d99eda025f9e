using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.People;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Whoever administers a package freezes it, and lifts what others who do froze; everything else is the administrators'.</summary>
internal static class FreezeRights
{
    public static async Task<Denial?> MayFreezeAsync(RegistryDb db, FreezeSubject subject, Responder responder, CancellationToken cancellationToken)
    {
        if (!responder.IsAdministrator)
        {
            return subject.Kind is FreezeRow.OfPackage
                ? await OwnsAsync(db, subject.Subject, responder, cancellationToken)
                : Responder.AdministratorsOnly("Freezing reaches beyond one package");
        }
        return subject.IsName || await db.IssuerBindings.AnyAsync(row => row.Id == subject.Subject, cancellationToken)
            ? null
            : new Denial(StatusCodes.Status404NotFound, "issuer-not-found", $"No issuer is named {subject.Subject}. See: ./run admin issuer list");
    }

    /// <summary>What an administrator stopped is not set going by those whom it stops.</summary>
    public static async Task<Denial?> MayLiftAsync(RegistryDb db, FreezeRow row, Responder responder, CancellationToken cancellationToken)
    {
        if (responder.IsAdministrator)
        {
            return null;
        }
        if (row.Kind is not FreezeRow.OfPackage || await OwnsAsync(db, row.Subject, responder, cancellationToken) is not null)
        {
            return NotFound(row.Id);
        }
        return await db.People.AnyAsync(person => person.Id == row.CreatedBy && !person.IsAdministrator, cancellationToken)
            ? null
            : Responder.AdministratorsOnly("An administrator froze this, so it is theirs to lift");
    }

    /// <summary>Those that a person can see: all for administrators, for others what stops their own packages.</summary>
    public static IQueryable<FreezeRow> SeenBy(RegistryDb db, Responder responder)
    {
        if (responder.IsAdministrator)
        {
            return db.Freezes;
        }
        var owned = PackageRights.Administered(db, responder.PersonId, responder.Member?.Token);
        return db.Freezes.Where(row =>
            (row.Kind == FreezeRow.OfPackage && owned.Any(package => package.Name == row.Subject))
            || (row.Kind == FreezeRow.OfScope && owned.Any(package => package.Scope == row.Subject)));
    }

    public static Denial NotFound(long id) => new(StatusCodes.Status404NotFound, "freeze-not-found", $"There is no freeze {id} that holds, or it is not yours to lift.");

    private static async Task<Denial?> OwnsAsync(RegistryDb db, string package, Responder responder, CancellationToken cancellationToken)
    {
        if (responder.Member is not { } member || !PackageName.TryParse(package, out var name))
        {
            return PackageRules.Unknown(package);
        }
        return (await PackageRights.FindAsync(db, name, member, PackageRole.Admin, cancellationToken)).Denial;
    }
}
