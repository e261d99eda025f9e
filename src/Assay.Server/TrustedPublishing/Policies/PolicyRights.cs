using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Bindings;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Who may write, end and see which policies. Asked inside the commit, where it counts.</summary>
internal static class PolicyRights
{
    /// <summary>Owners and administrators write policies of a package; what reaches beyond one is the administrators'.</summary>
    public static async Task<Denial?> MayWriteAsync(
        RegistryDb db, NamePattern target, PolicyEffect effect, PolicyWriter writer, CancellationToken cancellationToken)
    {
        if (writer.Member is { Token.IsReadOnly: true })
        {
            return ReadOnly();
        }
        if (target.Level is not NameLevel.Package)
        {
            return writer.IsAdministrator
                ? null
                : new Denial(StatusCodes.Status403Forbidden, "administrators-only", $"A policy on {target} reaches beyond one package: only administrators write and change those.");
        }
        return PackageName.TryParse(target.Text, out var package)
            ? await MayWriteAsync(db, package, effect, writer, cancellationToken)
            : new Denial(StatusCodes.Status400BadRequest, "invalid-name", $"'{target}' is not a package name.");
    }

    /// <summary>As for writing; and a deny that an administrator wrote is not loosened by those whom it binds.</summary>
    public static async Task<Denial?> MayChangeAsync(RegistryDb db, TrustPolicyRow row, PolicyWriter writer, CancellationToken cancellationToken)
    {
        var effect = row.Effect == TrustPolicyRow.Deny ? PolicyEffect.Deny : PolicyEffect.Allow;
        if (await MayWriteAsync(db, PolicyRows.TargetOf(row), effect, writer, cancellationToken) is { } denial)
        {
            return denial;
        }
        var isBound = effect is PolicyEffect.Deny && !writer.IsAdministrator
            && !await db.People.AnyAsync(person => person.Id == row.CreatedBy && !person.IsAdministrator, cancellationToken);
        return isBound
            ? new Denial(StatusCodes.Status403Forbidden, "deny-of-administrators", $"An administrator wrote this deny on {row.Target}: only administrators lift or change it.")
            : null;
    }

    /// <summary>Owners see what speaks of their packages, at whichever level.</summary>
    public static async Task<bool> MaySeeAsync(RegistryDb db, TrustPolicyRow row, PolicyWriter writer, CancellationToken cancellationToken)
    {
        if (writer.IsAdministrator)
        {
            return true;
        }
        var owned = OwnedBy(db, writer.PersonId);
        if (!row.IsPattern)
        {
            return await owned.ContainsAsync(row.Target, cancellationToken);
        }
        var target = PolicyRows.TargetOf(row);
        return (await owned.ToListAsync(cancellationToken)).Exists(target.Matches);
    }

    /// <summary>The names of a person's packages.</summary>
    public static IQueryable<string> OwnedBy(RegistryDb db, long? personId) =>
        from owner in db.PackageOwners
        where owner.PersonId == personId
        join package in db.Packages on owner.PackageId equals package.Id
        select package.Name;

    private static async Task<Denial?> MayWriteAsync(
        RegistryDb db, PackageName package, PolicyEffect effect, PolicyWriter writer, CancellationToken cancellationToken)
    {
        if (await db.Packages.SingleOrDefaultAsync(row => row.Name == package.Value, cancellationToken) is { } existing)
        {
            return writer.Member is null
                ? null
                : PackageRules.MayChange(writer.Member, existing, await PackageOwners.OfAsync(db, existing.Id, cancellationToken));
        }
        if (effect is PolicyEffect.Allow && package.NewPackageProblems is [var problem, ..])
        {
            return new Denial(StatusCodes.Status400BadRequest, "invalid-name", $"A new package cannot be named {package}: {problem}");
        }
        return writer.IsAdministrator
            ? null
            : new Denial(
                StatusCodes.Status403Forbidden,
                "name-not-owned",
                $"{package} does not exist yet. An administrator can say who may publish its first version, or publish it once yourself and it is yours.");
    }

    private static Denial ReadOnly() =>
        new(StatusCodes.Status403Forbidden, "read-only-token", "This access token may only read. Use one that may write.");
}
