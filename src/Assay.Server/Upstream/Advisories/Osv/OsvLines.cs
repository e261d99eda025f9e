using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Assay.Server.Upstream.Advisories.Osv;

/// <summary>A file with a document a line. A line that is too long is passed over without being held.</summary>
internal static class OsvLines
{
    public static async IAsyncEnumerable<OsvEntry> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var reader = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        var (number, isTooLong) = (0, false);
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            while (TryTakeLine(ref buffer, result.IsCompleted, out var line))
            {
                number++;
                if (isTooLong || line.Length > OsvDump.LargestEntry)
                {
                    yield return new OsvEntry($"line {number}", null);
                }
                else if (line.Length > 1)
                {
                    yield return new OsvEntry($"line {number}", line.ToArray());
                }
                isTooLong = false;
            }
            if (buffer.Length > OsvDump.LargestEntry)
            {
                (isTooLong, buffer) = (true, buffer.Slice(buffer.End));
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                await reader.CompleteAsync();
                yield break;
            }
        }
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }
        line = buffer;
        if (!isLast || buffer.IsEmpty)
        {
            return false;
        }
        buffer = buffer.Slice(buffer.End);
        return true;
    }
}
