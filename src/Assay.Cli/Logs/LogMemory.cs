using System.Text;
using Assay.Cli.State;
using Assay.Provenance.Log.Notes;

namespace Assay.Cli.Logs;

/// <summary>What of a run is remembered.</summary>
internal static class LogMemory
{
    /// <summary>The longer of both, in each respect: two runs may end in any order.</summary>
    public static RememberedLog Next(RememberedLog? before, LogTrust trust, Checkpoint newest, RememberedHead? read)
    {
        var isLonger = before is null || newest.Head.Size >= before.Head.Size;
        return new RememberedLog
        {
            Origin = trust.Origin,
            Keys = [.. trust.Keys.Select(key => new RememberedKey($"{key.Key}", key.Since, key.Until))],
            Head = isLonger ? Of(newest.Head) : before!.Head,
            Checkpoint = isLonger ? Encoding.UTF8.GetString(newest.ToBytes().Span) : before!.Checkpoint,
            Read = read is null || before?.Read?.Size > read.Size ? before?.Read : read,
        };
    }

    public static RememberedHead Of(TreeHead head) => new(head.Size, $"{head.Root}");
}
