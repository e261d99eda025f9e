using System.Linq.Expressions;
using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.People;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>
/// The packages that a caller may read, as a condition inside a query, so that what they may not know is neither listed nor counted. The same as
/// <see cref="PackageDocuments.FindReadableAsync"/> says of one.
/// </summary>
internal sealed class ReadablePackages(IWorkloadAuthority authority)
{
    public async Task<IQueryable<PackageRow>> OfAsync(RegistryDb db, Caller caller, CancellationToken cancellationToken) => caller switch
    {
        Caller.Member member => db.Packages.Where(ByMember(db, member)),
        Caller.Workload { Grant: { IsUsed: false } grant } => await ByRunAsync(db, grant, cancellationToken),
        _ => db.Packages.Where(package => package.Access == PackageRules.Public),
    };

    private static Expression<Func<PackageRow, bool>> ByMember(RegistryDb db, Caller.Member member)
    {
        var isAdministrator = member.Standing.IsAdministrator;
        var byRole = PackageRights.WithRole(db, member.PersonId, PackageRole.Read).Select(package => package.Id);
        return member.Token.Reach.ReadablePackages is { } names
            ? package => package.Access == PackageRules.Public
                || ((names.Contains(package.Name) || names.Contains(package.Scope!))
                    && (isAdministrator || package.Access == PackageRules.Members || byRole.Contains(package.Id)))
            : package => package.Access == PackageRules.Public
                || isAdministrator || package.Access == PackageRules.Members || byRole.Contains(package.Id);
    }

    private async Task<IQueryable<PackageRow>> ByRunAsync(RegistryDb db, WorkloadGrant grant, CancellationToken cancellationToken)
    {
        var names = grant.Names.Where(name => name.IsExact).Select(name => name.Text).ToList();
        var open = db.Packages.Where(package => package.Access == PackageRules.Public || names.Contains(package.Name)).Select(package => package.Id);
        var beginnings = grant.Actions is TrustActions.Read ? grant.Names.Where(name => !name.IsExact).Select(name => name.Text[..^1]).ToList() : [];
        var shutOut = await ShutOutAsync(db, beginnings, cancellationToken);
        // By comparison and not by LIKE, which SQLite does without case.
        var all = beginnings.Aggregate(open, (some, beginning) => some.Union(db.Packages
            .Where(package => package.Name.Substring(0, beginning.Length) == beginning && !shutOut.Contains(package.Name)).Select(package => package.Id)));
        return db.Packages.Where(package => all.Contains(package.Id));
    }

    /// <summary>Those of the patterns' names that policies of their own keep from whoever was let in for a pattern. Without such policies none is kept.</summary>
    private async Task<List<string>> ShutOutAsync(RegistryDb db, List<string> beginnings, CancellationToken cancellationToken)
    {
        List<string> shutOut = [];
        var none = db.TrustPolicies.Where(row => false).Select(row => row.Target);
        var named = beginnings.Count == 0 ? [] : await beginnings.Aggregate(none, (some, beginning) => some.Union(db.TrustPolicies
            .Where(row => !row.IsPattern && row.Target.Substring(0, beginning.Length) == beginning).Select(row => row.Target))).ToListAsync(cancellationToken);
        foreach (var target in named)
        {
            if (!PackageName.TryParse(target, null, out var name) || !await authority.IsReachedByPatternsAsync(name, cancellationToken))
            {
                shutOut.Add(target);
            }
        }
        return shutOut;
    }
}
