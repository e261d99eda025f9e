using System.Threading.Channels;
using Assay.Npm;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Identity;
using Assay.Trust.Guards;
using Assay.Trust.Refusals;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Upstream;

/// <summary>
/// Remembers what of others was asked for and not given, to whom and why, behind the answers. The same for the same caller is one row that counts;
/// beyond a cap the oldest go. When more comes than can be written, the rest is not remembered.
/// </summary>
internal sealed partial class UpstreamRefusals(CommitQueue commits, IOptions<UpstreamOptions> options, TimeProvider time, ILogger<UpstreamRefusals> logger) : BackgroundService
{
    private const int Together = 200;
    private const int LongestReason = 1000;

    private readonly Channel<UpstreamRefusalRow> waiting = Channel.CreateBounded<UpstreamRefusalRow>(
        new BoundedChannelOptions(2000) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    public void Remember(PackageName name, string version, KeptBack reason, Caller caller)
    {
        var now = time.GetUtcNow();
        waiting.Writer.TryWrite(new UpstreamRefusalRow
        {
            Name = name.Value,
            Version = version,
            Rule = reason.Rule,
            Reason = Printable.Cut(Printable.Ascii(reason.Reason), LongestReason),
            Caller = caller.Name,
            Address = caller.Address,
            FirstAt = now,
            LastAt = now,
            Count = 1,
        });
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var group = new List<UpstreamRefusalRow>(Together);
        while (await waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            while (group.Count < Together && waiting.Reader.TryRead(out var row))
            {
                group.Add(row);
            }
            try
            {
                await commits.RunAsync((commit, stop) => WriteAsync(commit, group, stop), CancellationToken.None);
            }
            catch (Exception failure)
            {
                // What is only remembered must not stop the registry: the database may be away for a moment.
                NotRemembered(failure, group.Count);
            }
            group.Clear();
        }
    }

    private async Task<bool> WriteAsync(Commit commit, IEnumerable<UpstreamRefusalRow> rows, CancellationToken cancellationToken)
    {
        foreach (var same in rows.GroupBy(row => (row.Name, row.Version, row.Rule, row.Caller)))
        {
            var (count, last) = (same.LongCount(), same.Last());
            var known = await commit.Db.UpstreamRefusals
                .Where(row => row.Name == last.Name && row.Version == last.Version && row.Rule == last.Rule && row.Caller == last.Caller)
                .ExecuteUpdateAsync(row => row
                    .SetProperty(found => found.Count, found => found.Count + count)
                    .SetProperty(found => found.LastAt, last.LastAt)
                    .SetProperty(found => found.Reason, last.Reason)
                    .SetProperty(found => found.Address, last.Address), cancellationToken);
            if (known == 0)
            {
                commit.Db.UpstreamRefusals.Add(Copy(last, count));
                await commit.Db.SaveChangesAsync(cancellationToken);
            }
        }
        await TrimAsync(commit.Db, cancellationToken);
        return true;
    }

    private async Task TrimAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        var beyond = await db.UpstreamRefusals.OrderByDescending(row => row.LastAt).ThenByDescending(row => row.Id)
            .Skip(options.Value.RefusalsKept).Select(row => row.Id).Take(Together).ToListAsync(cancellationToken);
        if (beyond.Count > 0)
        {
            await db.UpstreamRefusals.Where(row => beyond.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
        }
    }

    // An operation may run twice: what it was given stays as it is.
    private static UpstreamRefusalRow Copy(UpstreamRefusalRow row, long count) => new()
    {
        Name = row.Name,
        Version = row.Version,
        Rule = row.Rule,
        Reason = row.Reason,
        Caller = row.Caller,
        Address = row.Address,
        FirstAt = row.FirstAt,
        LastAt = row.LastAt,
        Count = count,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} refusals were not remembered")]
    private partial void NotRemembered(Exception failure, int count);
}
