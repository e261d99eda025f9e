using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Data;

/// <summary>Nothing that is stored can be of a time that is still to come.</summary>
internal sealed class ClockCheck(RegistryDbSource source, TimeProvider time) : IDoctorCheck
{
    private static readonly TimeSpan Leeway = TimeSpan.FromMinutes(1);

    public string Subject => "clock";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        var newest = await NewestAsync(db, cancellationToken);
        var now = time.GetUtcNow();
        yield return newest > now + Leeway
            ? Finding.Failed($"This machine's clock says {now:u}, but something was stored at {newest:u}", "Set the clock (NTP): tokens and policies begin and end by it")
            : Finding.Ok($"This machine's clock says {now:u}, and nothing stored is of later");
    }

    private static async Task<DateTimeOffset> NewestAsync(RegistryDb db, CancellationToken cancellationToken)
    {
        var recorded = await db.AuditEvents.OrderByDescending(row => row.At).Select(row => (DateTimeOffset?)row.At).FirstOrDefaultAsync(cancellationToken);
        var published = await db.Versions.OrderByDescending(row => row.PublishedAt).Select(row => (DateTimeOffset?)row.PublishedAt).FirstOrDefaultAsync(cancellationToken);
        var logged = await db.LogCheckpoints.OrderByDescending(row => row.Size).Select(row => (DateTimeOffset?)row.At).FirstOrDefaultAsync(cancellationToken);
        return new[] { recorded, published, logged }.Max() ?? DateTimeOffset.MinValue;
    }
}
