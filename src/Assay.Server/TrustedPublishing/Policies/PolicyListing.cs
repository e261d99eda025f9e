using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.Evaluation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.TrustedPublishing;

/// <summary>The policies that somebody may see: one, those of a package, all, or those to look at.</summary>
internal sealed class PolicyListing(
    TrustStore trust, RegistryDbSource source, ReadPolicies read, IOptions<TrustedPublishingOptions> options, PublicUrl url, TimeProvider time)
{
    public const int PageSize = 500;

    public async Task<(PolicyView? View, Denial? Denial)> FindAsync(string id, PolicyWriter reader, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var row = await db.TrustPolicies.SingleOrDefaultAsync(policy => policy.Id == id, cancellationToken);
        return row is not null && await PolicyRights.MaySeeAsync(db, row, reader, cancellationToken)
            ? ((await read.ViewAsync(db, [row], cancellationToken))[0], null)
            : (null, PolicyRows.NotFound(id, url));
    }

    /// <summary>Those that have not ended, a page at a time: everybody's for administrators, of the packages and scopes that they administer for others.</summary>
    public async Task<IReadOnlyList<PolicyView>> AllAsync(
        PolicyWriter reader, string? target, string? binding, string? after, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var now = time.GetUtcNow();
        var rows = Visible(db, db.TrustPolicies.Where(row => row.EndsAt == null || row.EndsAt > now), reader);
        rows = target is null ? rows : rows.Where(row => row.Target == target);
        rows = binding is null ? rows : rows.Where(row => row.BindingId == binding);
        rows = after is null ? rows : rows.Where(row => string.Compare(row.Id, after) > 0);
        return await read.ViewAsync(db, await rows.OrderBy(row => row.Id).Take(PageSize).ToListAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Those of these scopes that deny and have not ended, as far as the reader may see them.</summary>
    public async Task<IReadOnlyList<PolicyView>> DeniesAsync(PolicyWriter reader, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var now = time.GetUtcNow();
        var rows = Visible(db, db.TrustPolicies.Where(row => row.Effect == TrustPolicyRow.Deny && scopes.Contains(row.Scope) && (row.EndsAt == null || row.EndsAt > now)), reader);
        return await read.ViewAsync(db, await rows.OrderBy(row => row.Target).ThenBy(row => row.Id).Take(PageSize).ToListAsync(cancellationToken), cancellationToken);
    }

    /// <summary>What waits for a second person: policies, and packages that are to inherit.</summary>
    public async Task<(IReadOnlyList<PolicyView> Policies, IReadOnlyList<JsonObject> Packages)> WaitingAsync(PolicyWriter reader, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var since = time.GetUtcNow().AddDays(-options.Value.SecondOwnerDays);
        var rows = await Visible(db, db.TrustPolicies.Where(row => row.AskedAt >= since), reader).OrderBy(row => row.Id).Take(PageSize).ToListAsync(cancellationToken);
        var packages = db.Packages.Where(row => row.InheritanceAskedAt >= since);
        if (!reader.IsAdministrator)
        {
            var owned = PolicyRights.OwnedBy(db, reader);
            packages = packages.Where(row => owned.Contains(row.Name));
        }
        var waiting = await packages.OrderBy(row => row.Name).Take(PageSize).ToListAsync(cancellationToken);
        var askers = waiting.Select(row => row.InheritanceAskedBy).ToList();
        var names = await db.People.Where(person => askers.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.Name, cancellationToken);
        return (await read.ViewAsync(db, rows, cancellationToken), [.. waiting.Select(row => new JsonObject
        {
            ["package"] = row.Name,
            ["secondPerson"] = PolicyAnswers.Of((names.GetValueOrDefault(row.InheritanceAskedBy ?? 0), row.InheritanceAskedAt!.Value, row.InheritanceAskedAt.Value.AddDays(options.Value.SecondOwnerDays))),
        })]);
    }

    private static IQueryable<TrustPolicyRow> Visible(RegistryDb db, IQueryable<TrustPolicyRow> rows, PolicyWriter reader)
    {
        if (reader.IsAdministrator)
        {
            return rows;
        }
        var owned = PolicyRights.OwnedBy(db, reader);
        var scopes = PackageRights.AdministeredScopes(db, reader.PersonId, reader.Member?.Token);
        return rows.Where(row => owned.Contains(row.Target) || scopes.Contains(row.Scope));
    }

    /// <summary>Every policy that speaks of the package, and which of them count.</summary>
    public async Task<(PackagePolicies? Policies, Denial? Denial)> OfPackageAsync(PackageName package, PolicyWriter reader, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var row = await db.Packages.SingleOrDefaultAsync(found => found.Name == package.Value, cancellationToken);
        if (reader.Member is { IsAdministrator: false } member && (await TrustConfigurations.OwnedAsync(db, package, member, cancellationToken)).Denial is { } denial)
        {
            return (null, denial);
        }
        var asker = row?.InheritanceAskedAt is null ? null
            : await db.People.Where(person => person.Id == row.InheritanceAskedBy).Select(person => person.Name).SingleOrDefaultAsync(cancellationToken);
        return (new PackagePolicies(package, await CoveringAsync(db, package, cancellationToken))
        {
            Inherits = row?.InheritsTrustFrom <= time.GetUtcNow(),
            InheritsFrom = row is { InheritanceAskedAt: null } ? row.InheritsTrustFrom : null,
            InheritanceAsked = row?.InheritanceAskedAt is { } asked ? (asker, asked, asked.AddDays(options.Value.SecondOwnerDays)) : null,
        }, null);
    }

    /// <summary>Those of a scope and of patterns in it that have not ended, for those who administer it.</summary>
    public async Task<(IReadOnlyList<PolicyView> Policies, Denial? Denial)> OfScopeAsync(string scope, Caller.Member member, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        if (await Scopes.RefuseToSayAsync(db, scope, member, cancellationToken) is { } denial)
        {
            return ([], denial);
        }
        var now = time.GetUtcNow();
        var rows = await db.TrustPolicies.Where(row => row.Scope == scope && row.IsPattern && (row.EndsAt == null || row.EndsAt > now))
            .OrderBy(row => row.Target).ThenBy(row => row.Id).Take(PageSize).ToListAsync(cancellationToken);
        return (await read.ViewAsync(db, rows, cancellationToken), null);
    }

    /// <summary>The policies that speak of the package and have not ended, each with where it stands.</summary>
    public async Task<IReadOnlyList<CoveringPolicy>> CoveringAsync(RegistryDb db, PackageName package, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var name = PolicyRows.Exactly(package);
        var rows = (await TrustStore.RowsAsync(db, package.Value, cancellationToken))
            .Where(row => !(row.EndsAt <= now) && PolicyRows.TargetOf(row).Covers(name))
            .OrderByDescending(row => PolicyRows.TargetOf(row).Specificity).ThenBy(row => row.Id, StringComparer.Ordinal).ToList();
        var set = await trust.PoliciesAsync(package, cancellationToken);
        var standings = PolicyStanding.Of(name, set, now, options.Value.ToEvaluatorOptions(), trust.DefinitionOf)
            .ToDictionary(standing => standing.Policy.Id, StringComparer.Ordinal);
        var issuers = (await trust.IssuersAsync(cancellationToken)).Where(issuer => issuer.Binding.MayPublish(package.Value))
            .Select(issuer => issuer.Binding.Id).ToHashSet(StringComparer.Ordinal);
        return [.. (await read.ViewAsync(db, rows, cancellationToken)).Select(view => new CoveringPolicy(
            view, standings.GetValueOrDefault(view.Row.Id), view.Row.Effect == TrustPolicyRow.Deny || issuers.Contains(view.Row.BindingId!)))];
    }
}

/// <summary>Every policy that speaks of a package.</summary>
internal sealed record PackagePolicies(PackageName Package, IReadOnlyList<CoveringPolicy> Policies)
{
    /// <summary>Whether wider policies count beside its own.</summary>
    public bool Inherits { get; init; }

    /// <summary>Since when, or from when on; null while that waits for a second person, and where it does not inherit.</summary>
    public DateTimeOffset? InheritsFrom { get; init; }

    public (string? By, DateTimeOffset At, DateTimeOffset Until)? InheritanceAsked { get; init; }

    public IEnumerable<CoveringPolicy> Own => Policies.Where(policy => !policy.View.Row.IsPattern);

    public IEnumerable<CoveringPolicy> Wider => Policies.Where(policy => policy.View.Row.IsPattern);
}

/// <summary>A policy that speaks of one package.</summary>
internal sealed record CoveringPolicy(PolicyView View, PolicyStanding? Standing, bool IsIssuerTrusted)
{
    /// <summary>Why it does not count for the package; null when it does.</summary>
    public string? WhyNot => PolicyAnswers.WhyNot(View, Standing, IsIssuerTrusted);

    public bool Counts => Standing is { Counts: true } && IsIssuerTrusted;
}
