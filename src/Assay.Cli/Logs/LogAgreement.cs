using System.Text;
using Assay.Cli.Output;
using Assay.Cli.State;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Notes;

namespace Assay.Cli.Logs;

/// <summary>Whether two tree heads are of one history: the longer tree begins with all of the shorter one.</summary>
internal static class LogAgreement
{
    public const string WhatToDo = "Keep this output and the state file, and ask the registry's operator and others who remember its log. "
        + "If the operator has restored an older copy, the log must have a new name since.";

    /// <param name="one">A head.</param>
    /// <param name="other">Another one, longer or shorter.</param>
    /// <param name="tiles">The hashes that the proof is made of; they are worth what it proves.</param>
    /// <param name="evidence">The signed checkpoint that is contradicted, to be shown.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public static async Task CheckAsync(TreeHead one, TreeHead other, LogTiles tiles, string? evidence, CancellationToken cancellationToken)
    {
        var (older, newer) = one.Size <= other.Size ? (one, other) : (other, one);
        if (older.Size == newer.Size)
        {
            if (older.Root != newer.Root)
            {
                throw new LogRefuted($"The log shows two trees of {newer.Size} leaves ({older.Root} and {newer.Root}): it was forked. {WhatToDo}\n\n{evidence}");
            }
            return;
        }
        var proof = await new TileProofs(newer.Size, tiles.ReadAsync).ConsistencyAsync(older.Size, cancellationToken);
        if (!proof.Verifies(older.Root, newer.Root))
        {
            throw new LogRefuted(
                $"The log's tree of {newer.Size} leaves does not begin with the {older.Size} leaves it had before: it was forked, or a tile was changed. {WhatToDo}\n\n{evidence}");
        }
    }

    /// <summary>The remembered head. It was verified when it was stored; the file is this machine's own.</summary>
    public static TreeHead HeadOf(RememberedLog log) => HeadOf(log.Origin, log.Head);

    public static TreeHead HeadOf(string origin, RememberedHead head) =>
        head.Size >= 0 && LogHash.TryParse(Encoding.ASCII.GetBytes(head.Root), out var root) && (head.Size > 0 || root == LogHash.EmptyTree)
            ? new TreeHead(origin, head.Size, root)
            : throw new CommandRefused(ExitCode.Usage, "What is remembered of the log cannot be read. Put the state file back from a copy.");
}
