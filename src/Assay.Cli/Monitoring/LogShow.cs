using System.Text;
using Assay.Cli.Logs;
using Assay.Cli.Output;
using Assay.Cli.Registry;
using Assay.Npm;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Notes;

namespace Assay.Cli.Monitoring;

/// <summary>One leaf with its receipt, verified; with the name of its package also what it commits to, where the registry shows that.</summary>
internal static class LogShow
{
    private const int LongestReceipt = 512 * 1024;

    public static async Task<ExitCode> RunAsync(LogSource source, long index, PackageName? package, TextWriter output, CancellationToken cancellationToken)
    {
        using var log = await LogSession.OpenAsync(source, cancellationToken)
            ?? throw new LogRefuted($"{source.Registry.Registry} shows no log.");
        var answer = await source.Registry.GetAsync($"-/assay/v1/log/proof/{index}", LongestReceipt, cancellationToken);
        if (answer.Body is not { } receipt)
        {
            throw new RegistryUnavailable($"The log shows no leaf {index}; it has {log.Newest.Head.Size}.");
        }
        var leaf = await LeafAsync(log, index, cancellationToken);
        await VerifyAsync(log, source.Clock.GetUtcNow(), receipt, index, leaf, cancellationToken);
        output.Write(Encoding.UTF8.GetString(receipt));
        output.WriteLine($"\nleaf {index}: {PlainText.Of(Encoding.UTF8.GetString(leaf.Span))}");
        if (package is not null)
        {
            output.WriteLine(await OpeningAsync(source.Registry, package, index, leaf, cancellationToken));
        }
        return ExitCode.Good;
    }

    private static async Task<ReadOnlyMemory<byte>> LeafAsync(LogSession log, long index, CancellationToken cancellationToken)
    {
        if (index >= log.Newest.Head.Size)
        {
            throw new RegistryUnavailable($"The log has {log.Newest.Head.Size} leaves: the last one is {log.Newest.Head.Size - 1}.");
        }
        var width = TilePath.InTree(0, index / TilePath.FullWidth, log.Newest.Head.Size).Width;
        return (await log.Tiles.LeavesAsync(TilePath.Entries(index / TilePath.FullWidth, width), cancellationToken))[(int)(index % TilePath.FullWidth)];
    }

    private static async Task VerifyAsync(
        LogSession log, DateTimeOffset now, byte[] bytes, long index, ReadOnlyMemory<byte> leaf, CancellationToken cancellationToken)
    {
        var known = new KnownLog(log.Trust.Origin, [.. log.Trust.Keys.Where(key => key.SignsAt(now)).Select(key => key.Key)]);
        if (!UnverifiedReceipt.TryParse(bytes, out var unverified) || unverified.Index != index
            || !unverified.TryVerify(LogHash.OfLeaf(leaf.Span), known, [], out var receipt, out _))
        {
            throw new LogRefuted($"The receipt of leaf {index} does not prove that the leaf is in the log.");
        }
        await log.AcceptAsync(receipt.Checkpoint.ToBytes().ToArray(), cancellationToken);
    }

    private static async Task<string> OpeningAsync(
        RegistryClient registry, PackageName package, long index, ReadOnlyMemory<byte> leaf, CancellationToken cancellationToken)
    {
        var entry = (await registry.PackageLogAsync(package, cancellationToken))?.Entries.FirstOrDefault(entry => entry.Index == index);
        return entry is null ? $"The leaf is not about {package}, or that is not shown to you."
            : entry.Opening is null ? $"The leaf is about {package}; what it commits to is not shown to you."
            : entry.Leaf.AsSpan().SequenceEqual(leaf.Span) && entry.IsOpened
                ? $"commits to: {PlainText.Of(entry.Opening.Event)}"
                : throw new LogRefuted($"Leaf {index} does not commit to what the registry says of it.");
    }
}
