using System.Runtime.CompilerServices;
using Assay.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Server.Transparency;

/// <summary>The newest checkpoint is the log's own and says what is stored; the whole is compared at each start, and by <c>admin log check</c>.</summary>
internal sealed class LogCheckup(RegistryDbSource source, LogReading reading, TimeProvider time, IOptions<LogOptions> options) : IDoctorCheck
{
    private const int Missed = 10;

    public string Subject => "transparency log";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = source.Open();
        await using var moment = await db.BeginSnapshotAsync(cancellationToken);
        var newest = await LogReading.NewestAsync(db, cancellationToken);
        var head = (await reading.VerifiedAsync(newest, cancellationToken)).Head;
        var edge = LogWriter.EdgeOf(await db.Log.SingleAsync(cancellationToken));
        yield return head.Size == edge.Size && head.Root == edge.Root
            ? Finding.Ok($"The log {head.Origin} has {head.Size} leaves, signed for at {newest.At:u}")
            : Finding.Failed($"The log's newest checkpoint is of {head.Size} leaves, and {edge.Size} are stored", "Run: ./run admin log check");
        // A busy log may always have a newest checkpoint that nobody has seen yet.
        if (options.Value.Witnesses.Count > 0 && newest.Witnessed is null && time.GetUtcNow() - newest.At > TimeSpan.FromSeconds(Missed * options.Value.WitnessSeconds))
        {
            yield return Finding.Warning("No witness has signed the log's newest checkpoint", "See in the server's log why (Assay:Log:Witnesses)");
        }
    }
}
