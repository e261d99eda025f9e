using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Owners freeze their package and lift what owners froze; everything else is the administrators'.</summary>
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
        var owned = db.Packages.Where(package => db.PackageOwners.Any(owner => owner.PackageId == package.Id && owner.PersonId == responder.PersonId));
        return db.Freezes.Where(row =>
            (row.Kind == FreezeRow.OfPackage && owned.Any(package => package.Name == row.Subject))
            || (row.Kind == FreezeRow.OfScope && owned.Any(package => package.Name.StartsWith(row.Subject + "/"))));
    }

    public static Denial NotFound(long id) => new(StatusCodes.Status404NotFound, "freeze-not-found", $"There is no freeze {id} that holds, or it is not yours to lift.");

    private static async Task<Denial?> OwnsAsync(RegistryDb db, string package, Responder responder, CancellationToken cancellationToken)
    {
        if (await db.Packages.SingleOrDefaultAsync(row => row.Name == package, cancellationToken) is not { } existing)
        {
            return new Denial(StatusCodes.Status404NotFound, "not-found", $"{package} is not in this registry.");
        }
        return (await PackageOwners.OfAsync(db, existing.Id, cancellationToken)).Contains(responder.PersonId ?? 0)
            ? null
            : new Denial(StatusCodes.Status403Forbidden, "not-an-owner", $"Only owners of {package} and administrators freeze it.");
    }
}
