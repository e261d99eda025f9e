using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Identity;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Packages;

/// <summary>A version that was published lately.</summary>
/// <param name="Package">Its name.</param>
/// <param name="Version">Its number.</param>
/// <param name="PublishedAt">When; of an imported one, when it was published where it came from.</param>
/// <param name="Publisher">By whom; empty when nobody knows.</param>
/// <param name="TrustedPublisher">The provider of the run that published it; null for a person.</param>
/// <param name="Description">In its author's words.</param>
internal sealed record RecentPublish(string Package, string Version, DateTimeOffset PublishedAt, string Publisher, string? TrustedPublisher, string? Description)
{
    public bool IsTrusted => TrustedPublisher is not null;
}

/// <summary>The newest versions that the caller may read.</summary>
internal sealed class RecentPublishes(RegistryDbSource source, ReadablePackages readable)
{
    private const int Most = 100;

    public async Task<IReadOnlyList<RecentPublish>> RunAsync(int count, Caller caller, CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var packages = await readable.OfAsync(db, caller, cancellationToken);
        var newest = await (
            from version in db.Versions
            where version.RemovedAt == null && version.QuarantinedBy == null
            join package in packages on version.PackageId equals package.Id
            orderby version.PublishedAt descending, version.Id descending
            select new { package.Name, version.Version, version.PublishedAt, version.PublisherName, version.TrustedPublisher, version.FullJson })
            .Take(Math.Clamp(count, 0, Most)).ToListAsync(cancellationToken);
        return newest.ConvertAll(version => new RecentPublish(
            version.Name, version.Version, version.PublishedAt, version.PublisherName, version.TrustedPublisher, ManifestCard.Read(version.FullJson).Description));
    }
}
