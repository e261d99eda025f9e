using Assay.Npm;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Server.Packages;
using Assay.Trust.People;
using Assay.Trust.Policies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.TrustedPublishing;

/// <summary>Who may publish what in an organisation: its packages against those who are trusted with them.</summary>
/// <param name="Publishers">The columns.</param>
/// <param name="Rows">A page of packages.</param>
/// <param name="HasMore">Whether another page follows.</param>
internal sealed record PolicyMatrix(IReadOnlyList<MatrixPublisher> Publishers, IReadOnlyList<MatrixRow> Rows, bool HasMore);

/// <summary>A project at an issuer.</summary>
internal sealed record MatrixPublisher(string Binding, string Project);

/// <summary>One package.</summary>
/// <param name="Package">Its name.</param>
/// <param name="Lock">What a publish has to prove.</param>
/// <param name="Cells">By publisher; nothing where that one is not trusted.</param>
internal sealed record MatrixRow(string Package, PublishLock Lock, IReadOnlyDictionary<MatrixPublisher, IReadOnlyList<MatrixPolicy>> Cells)
{
    /// <summary>Nobody publishes it from CI.</summary>
    public bool HasNoPublisher => !Cells.Values.SelectMany(policies => policies).Any(policy => policy.WhyNot is null && policy.Publishes);

    public bool IsOpenToTokens => Lock is not PublishLock.OidcOnly;
}

/// <summary>A policy in a cell.</summary>
/// <param name="View">The policy.</param>
/// <param name="Level">Where it was written: <c>own</c>, <c>pattern</c> or <c>scope</c>.</param>
/// <param name="WhyNot">Why it does not count for this package; null when it does.</param>
internal sealed record MatrixPolicy(PolicyView View, string Level, string? WhyNot)
{
    public string Actions => View.Row.Actions.Replace(",", ", ", StringComparison.Ordinal);

    public bool Publishes => View.Policy is null || (View.Policy.Actions & ~TrustActions.Read) != 0;
}

/// <summary>Reads the matrix for owners and admins of an organisation, a page of packages at a time.</summary>
internal sealed class ReadPolicyMatrix(RegistryDbSource source, PolicyListing listing, TrustStore trust, PackageLocks locks, TimeProvider time)
{
    public const int PageSize = 50;

    public async Task<(PolicyMatrix? Matrix, JsonAnswer? Denial)> RunAsync(string organisation, int page, Caller.Member member, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var (known, denial) = await Organisations.FindToChangeAsync(db, organisation, member, OrganisationRole.Admin, cancellationToken);
        if (known is null)
        {
            return (null, denial);
        }
        var packages = await db.Packages.Where(row => db.Scopes.Any(scope => scope.Name == row.Scope && scope.OrganisationId == known.Row.Id))
            .OrderBy(row => row.Name).Skip(Math.Max(0, page - 1) * PageSize).Take(PageSize + 1).ToListAsync(cancellationToken);
        List<MatrixRow> rows = [];
        foreach (var package in packages.Take(PageSize))
        {
            rows.Add(await RowAsync(db, package, cancellationToken));
        }
        var publishers = rows.SelectMany(row => row.Cells.Keys).Distinct().OrderBy(publisher => publisher.Binding, StringComparer.Ordinal).ThenBy(publisher => publisher.Project, StringComparer.Ordinal);
        return (new PolicyMatrix([.. publishers], rows, packages.Count > PageSize), null);
    }

    private async Task<MatrixRow> RowAsync(RegistryDb db, PackageRow package, CancellationToken cancellationToken)
    {
        var name = PackageName.TryParse(package.Name, null, out var parsed) ? parsed : throw new InvalidOperationException($"{package.Name} is not the name of a package.");
        var held = await locks.OfAsync(db, name, package, time.GetUtcNow(), cancellationToken);
        var covering = (await listing.CoveringAsync(db, name, cancellationToken)).Where(policy => policy.View.Row.Effect == TrustPolicyRow.Allow);
        return new MatrixRow(package.Name, held.Holds, covering
            .GroupBy(policy => PublisherOf(policy.View))
            .ToDictionary(group => group.Key, IReadOnlyList<MatrixPolicy> (group) => [.. group.Select(CellOf)]));
    }

    private static MatrixPolicy CellOf(CoveringPolicy policy) => new(
        policy.View,
        !policy.View.Row.IsPattern ? "own" : policy.View.Row.Target.EndsWith("/*", StringComparison.Ordinal) ? "scope" : "pattern",
        PolicyAnswers.WhyNot(policy.View, policy.Standing, policy.IsIssuerTrusted));

    /// <summary>By the names that people know the project by; the pinned ids decide.</summary>
    private MatrixPublisher PublisherOf(PolicyView view)
    {
        var fields = trust.DefinitionOf(view.Row)?.Policy.Fields ?? [];
        var labels = fields.Where(field => field.Label).ToList();
        var named = labels.Count > 0 ? labels : [.. fields.Where(field => field.Required).Take(1)];
        var values = named.SelectMany(field => view.Policy?.Fields.GetValueOrDefault(field.Name) ?? []);
        return new MatrixPublisher(view.Row.BindingId!, string.Join(' ', values));
    }
}
