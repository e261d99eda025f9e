using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Packages;
using Assay.Trust.Bindings;
using Assay.Trust.People;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Who may write, end and see which policies. Asked inside the commit, where it counts.</summary>
internal static class PolicyRights
{
    /// <summary>
    /// Whoever administers a package writes its policies; owners and admins of a scope's organisation those of the scope and its patterns; the registry's administrators
    /// all of them.
    /// </summary>
    public static async Task<Denial?> MayWriteAsync(
        RegistryDb db, NamePattern target, PolicyEffect effect, PolicyWriter writer, CancellationToken cancellationToken)
    {
        if (target.Level is NameLevel.Package)
        {
            return PackageName.TryParse(target.Text, out var package)
                ? await MayWriteAsync(db, package, effect, writer, cancellationToken)
                : new Denial(StatusCodes.Status400BadRequest, "invalid-name", $"'{target}' is not a package name.");
        }
        if (writer.Member is { Token: var token } && token.LimitFor(target.Text) < PackageRole.Admin)
        {
            return PackageRules.TooNarrow(token, target.Text);
        }
        return writer.IsAdministrator || await AdministersAsync(db, target.Scope, writer, cancellationToken)
            ? null
            : new Denial(StatusCodes.Status403Forbidden, "administrators-only",
                $"A policy on {target} reaches beyond one package: only administrators write and change those, and of a scope's organisation its owners and admins.");
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

    /// <summary>Those who administer packages see what speaks of them, at whichever level; those who administer a scope all of it.</summary>
    public static async Task<bool> MaySeeAsync(RegistryDb db, TrustPolicyRow row, PolicyWriter writer, CancellationToken cancellationToken)
    {
        if (writer.IsAdministrator
            || (!(writer.Member?.Token.LimitFor(row.Target) < PackageRole.Read) && await AdministersAsync(db, row.Scope, writer, cancellationToken)))
        {
            return true;
        }
        var owned = OwnedBy(db, writer);
        if (!row.IsPattern)
        {
            return await owned.ContainsAsync(row.Target, cancellationToken);
        }
        var target = PolicyRows.TargetOf(row);
        return (await owned.ToListAsync(cancellationToken)).Exists(target.Matches);
    }

    /// <summary>The names of the packages that a person administers, as far as their token goes.</summary>
    public static IQueryable<string> OwnedBy(RegistryDb db, PolicyWriter writer) =>
        PackageRights.Administered(db, writer.PersonId, writer.Member?.Token).Select(package => package.Name);

    private static Task<bool> AdministersAsync(RegistryDb db, string scope, PolicyWriter writer, CancellationToken cancellationToken) =>
        PackageRights.AdministeredScopes(db, writer.PersonId).ContainsAsync(scope, cancellationToken);

    private static async Task<Denial?> MayWriteAsync(
        RegistryDb db, PackageName package, PolicyEffect effect, PolicyWriter writer, CancellationToken cancellationToken)
    {
        if (await db.Packages.SingleOrDefaultAsync(row => row.Name == package.Value, cancellationToken) is { } existing)
        {
            var denial = writer.Member is null ? null : await PackageRights.RefuseAsync(db, existing, writer.Member, PackageRole.Admin, cancellationToken);
            if (denial is not { Status: StatusCodes.Status404NotFound })
            {
                return denial;
            }
        }
        return await MayBeginAsync(db, package, effect, writer, cancellationToken);
    }

    // Also the answer for a name that the writer may not know.
    private static async Task<Denial?> MayBeginAsync(
        RegistryDb db, PackageName package, PolicyEffect effect, PolicyWriter writer, CancellationToken cancellationToken)
    {
        if (writer.Member is { Token: var token } && token.LimitFor(package.Value) < PackageRole.Admin)
        {
            return PackageRules.TooNarrow(token, package.Value);
        }
        if (effect is PolicyEffect.Allow && package.NewPackageProblems is [var problem, ..])
        {
            return new Denial(StatusCodes.Status400BadRequest, "invalid-name", $"A new package cannot be named {package}: {problem}");
        }
        return writer.IsAdministrator || (package.Scope is { } scope && await AdministersAsync(db, scope, writer, cancellationToken))
            ? null
            : new Denial(
                StatusCodes.Status403Forbidden,
                "name-not-owned",
                $"{package} does not exist yet, or you may not know it. An administrator can say who may publish its first version, and in a scope of an organisation "
                    + "its owners and admins; or publish it once yourself and it is yours.");
    }
}
