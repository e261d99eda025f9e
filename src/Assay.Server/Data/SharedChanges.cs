using Assay.Server.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Data;

/// <summary>
/// Several nodes on one database. Each group that changes something takes the next revision by updating one row, whose lock
/// makes revisions become visible in order. A read asks for what is newer than it has seen; reads that wait share one question.
/// </summary>
internal sealed class SharedChanges(RegistryDbSource source) : IChangeFeed
{
    private readonly Lock gate = new();
    private long seen = -1;
    private Task? asking;
    private Task? next;

    public event Action<IReadOnlyCollection<string>>? Changed;

    public async Task RecordAsync(RegistryDb db, IReadOnlyCollection<string> keys)
    {
        if (keys.Count == 0)
        {
            return;
        }
        await db.State.ExecuteUpdateAsync(set => set.SetProperty(row => row.Revision, row => row.Revision + 1));
        var revision = await db.State.Select(row => row.Revision).SingleAsync();
        db.Changes.AddRange(keys.Select(key => new ChangeRow { Revision = revision, Key = key }));
        await db.SaveChangesAsync();
    }

    // This node's own commits come back through the table too; announcing at once spares its readers the wait.
    public void Announce(IReadOnlyCollection<string> keys)
    {
        if (keys.Count > 0)
        {
            Changed?.Invoke(keys);
        }
    }

    public async ValueTask CatchUpAsync(CancellationToken cancellationToken) =>
        await AskedAfterNow().WaitAsync(cancellationToken);

    /// <summary>A question already under way may be answered too early for this caller; it joins the next one.</summary>
    private Task AskedAfterNow()
    {
        lock (gate)
        {
            if (next is not null)
            {
                return next;
            }
            if (asking is null or { IsCompleted: true })
            {
                return asking = Task.Run(AskAsync);
            }
            var current = asking;
            return next = Task.Run(() => AskAfterAsync(current));
        }
    }

    private async Task AskAfterAsync(Task current)
    {
        await Task.WhenAny(current);
        lock (gate)
        {
            asking = next;
            next = null;
        }
        await AskAsync();
    }

    private async Task AskAsync()
    {
        await using var db = source.Open();
        if (seen < 0)
        {
            seen = await db.State.Select(row => row.Revision).SingleAsync();
            Announce([IChangeFeed.Everything]);
            return;
        }
        var after = seen;
        var rows = await db.Changes.Where(row => row.Revision > after).OrderBy(row => row.Revision).ToListAsync();
        if (rows.Count == 0)
        {
            return;
        }
        Announce(rows.Select(row => row.Key).ToHashSet(StringComparer.Ordinal));
        seen = rows[^1].Revision;
    }
}
