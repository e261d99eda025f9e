using Assay.Npm;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Import;

/// <summary>
/// Points a package's tags where the source has them. A tag that a person or a run set or removed here, or that points to a version that was
/// published here, stays; none is removed.
/// </summary>
internal sealed class TakeOverTags(Commit commit, PackageRow package, IReadOnlyDictionary<string, VersionHere> here, ChangedHere changed)
{
    public async Task RunAsync(SourcePackage source, FinishedPackage finished, CancellationToken cancellationToken)
    {
        var tags = await commit.Db.DistTags.AsTracking()
            .Where(row => row.PackageId == package.Id).ToDictionaryAsync(row => row.Tag, StringComparer.Ordinal, cancellationToken);
        foreach (var (tag, version) in Wanted(source, finished))
        {
            await PointAsync(tags, tag, version, finished, cancellationToken);
        }
        if (here.Count > 0 && !tags.ContainsKey(DistTag.Latest.Value))
        {
            await PointAsync(tags, DistTag.Latest.Value, NewestVersion.Of(here.Keys)!, finished, cancellationToken);
        }
    }

    /// <summary>The source's tags, as far as they can be tags here.</summary>
    private IEnumerable<(string Tag, string Version)> Wanted(SourcePackage source, FinishedPackage finished)
    {
        foreach (var (tag, target) in source.Tags)
        {
            var subject = $"{source.Name} tag {Printable.Value(tag)}";
            if (!DistTag.TryParse(tag, out _))
            {
                finished.Refused.Add(new Refusal(subject, "bad-tag", "It could be taken for a version or a range, or does not fit into a URL."));
            }
            else if (!SemanticVersion.TryClean(target, out var version) || !here.ContainsKey(version.ToString()))
            {
                finished.Refused.Add(new Refusal(subject, "tag-without-version", $"It points to {Printable.Value(target)}, which is not here."));
            }
            else
            {
                yield return (tag, version.ToString());
            }
        }
    }

    private async Task PointAsync(Dictionary<string, DistTagRow> tags, string tag, string version, FinishedPackage finished, CancellationToken cancellationToken)
    {
        var row = tags.GetValueOrDefault(tag);
        if (row?.Version == version)
        {
            return;
        }
        if (await changed.HasTagAsync(tag, cancellationToken) || (row is not null && here.GetValueOrDefault(row.Version) is { ImportedFrom: null }))
        {
            finished.KeptTags.Add(tag);
            return;
        }
        if (row is null)
        {
            tags[tag] = row = new DistTagRow { PackageId = package.Id, Tag = tag, Version = version };
            commit.Db.DistTags.Add(row);
        }
        row.Version = version;
        commit.Record(ImportJob.Actor, "tag.set", $"{package.Name}@{version}", tag);
        finished.Changes++;
    }
}
