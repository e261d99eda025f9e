using Assay.Server.Data;
using Assay.Server.Identity;
using Assay.Trust.Bindings;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>
/// Who demands what of an act. A scope's demand holds for its packages, and what is done to a scope or a pattern is done to every package in it: one that demands is enough.
/// </summary>
internal sealed class Demands(RegistryDbSource source, TimeProvider time) : IPasskeyDemands
{
    public async Task<string?> FindAsync(IReadOnlyList<string> targets, string? organisation, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var own = organisation is null ? [] : await OfOrganisationAsync(db, organisation, cancellationToken);
        return await FindAsync(db, DemandKind.PhishingResistant, [.. targets, .. own], time.GetUtcNow(), cancellationToken);
    }

    /// <summary>What its people have a role in by it: its scopes, and what its teams were given.</summary>
    private static async Task<List<string>> OfOrganisationAsync(RegistryDb db, string organisation, CancellationToken cancellationToken)
    {
        var ids = db.Organisations.Where(row => row.Name == organisation).Select(row => row.Id);
        var given = db.TeamGrants.Where(grant => db.Teams.Any(team => team.Id == grant.TeamId && ids.Contains(team.OrganisationId))).Select(grant => grant.Target);
        return await db.Scopes.Where(row => row.OrganisationId != null && ids.Contains(row.OrganisationId.Value)).Select(row => row.Name).Concat(given).Distinct().ToListAsync(cancellationToken);
    }

    /// <summary>Which scope or package demands it of an act on these; null when none.</summary>
    public static async Task<string?> FindAsync(
        RegistryDb db, DemandKind kind, IReadOnlyList<string> targets, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (everything, packages, patterns) = (targets.Contains(NamePattern.Everything.Text), targets.Where(IsPackage).ToList(), targets.Where(target => !IsPackage(target)).ToList());
        var scopes = targets.Select(ScopeOf).OfType<string>().Distinct().ToList();
        if (await db.Scopes.Demanding(kind, now).Where(row => everything || scopes.Contains(row.Name)).Select(row => row.Name).FirstOrDefaultAsync(cancellationToken) is { } scope)
        {
            return scope;
        }
        var wide = patterns.Select(ScopeOf).OfType<string>().Distinct().ToList();
        var demanding = await db.Packages.Demanding(kind, now)
            .Where(row => everything || packages.Contains(row.Name) || wide.Contains(row.Scope!)).Select(row => row.Name).ToListAsync(cancellationToken);
        return demanding.Find(name => everything || packages.Contains(name) || patterns.Exists(pattern => Reaches(pattern, name)));
    }

    private static bool IsPackage(string target) => !ScopeName.IsScope(target) && !target.EndsWith('*');

    private static string? ScopeOf(string target) => target.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && target[0] == '@'
        ? target[..slash]
        : ScopeName.IsScope(target) ? target : null;

    private static bool Reaches(string pattern, string package) => pattern.EndsWith('*')
        ? package.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : package.StartsWith(pattern + "/", StringComparison.Ordinal);
}
