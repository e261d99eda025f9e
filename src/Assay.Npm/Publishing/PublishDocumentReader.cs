using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Npm;

/// <summary>
/// Reads the body of a PUT as it arrives. The base64 of the one attached tarball is decoded and handed on piece by piece; all else
/// is kept, up to a limit, and parsed at the end.
/// </summary>
public static class PublishDocumentReader
{
    private const int PieceSize = 64 << 10;

    // The root, then "versions", "dist-tags" and "_attachments", then each version and attachment: repeated there, a member could
    // make the registry judge one thing and a client see another.
    private const int UniqueDepth = 3;

    /// <summary>
    /// Reads the body to its end unless it is refused before. What the sink was given is only worth keeping if the result is
    /// <see cref="PublishReading.Accepted"/>. Errors of the stream or the sink are thrown as they come.
    /// </summary>
    /// <param name="body">The request's body.</param>
    /// <param name="limits">The sizes allowed.</param>
    /// <param name="tarballSink">Takes the tarball's bytes in order; the memory is reused after each call.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<PublishReading> ReadAsync(
        Stream body,
        PublishLimits limits,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> tarballSink,
        CancellationToken cancellationToken)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            var scanner = new DocumentScanner(limits);
            while (await body.ReadAsync(piece, cancellationToken) is > 0 and var read)
            {
                scanner.Append(piece.AsSpan(0, read));
                if (scanner.Tarball.Decoded.IsEmpty)
                    continue;
                await tarballSink(scanner.Tarball.Decoded, cancellationToken);
                scanner.Tarball.Clear();
            }

            return new PublishReading.Accepted(Finish(scanner));
        }
        catch (PublishRefusedException refusal)
        {
            return new PublishReading.Refused(refusal.Problem);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static PublishDocument Finish(DocumentScanner scanner)
    {
        if (!scanner.IsComplete)
            throw new PublishRefusedException("truncated", "The document breaks off before its end.");
        var json = Parse(scanner.Metadata);
        if (json["_attachments"] is not JsonObject attachments)
            return new PublishDocument(json, null, []);
        var tarball = scanner.TarballKey is { } key ? Describe(key, attachments, scanner.Tarball.Total) : null;
        return new PublishDocument(json, tarball, ReadOthers(attachments, tarball?.Key));
    }

    private static JsonObject Parse(ReadOnlySpan<byte> metadata)
    {
        try
        {
            return JsonTree.ParseObject(metadata, DocumentPath.MaxDepth, UniqueDepth);
        }
        catch (JsonException exception)
        {
            throw new PublishRefusedException("bad-json", $"The document cannot be read: {exception.Message}");
        }
    }

    private static AttachedTarball Describe(string key, JsonObject attachments, long actualLength)
    {
        var length = (attachments[key] as JsonObject)?["length"] is JsonValue value && value.TryGetValue<long>(out var declared)
            ? declared
            : (long?)null;
        return new AttachedTarball(key, length, actualLength);
    }

    private static List<OtherAttachment> ReadOthers(JsonObject attachments, string? tarballKey)
    {
        List<OtherAttachment> others = [];
        foreach (var (key, node) in attachments)
        {
            if (key == tarballKey)
                continue;
            if (DocumentPath.IsTarball(key) || node is not JsonObject entry || !entry.TryGetText("data", out var data))
                throw new PublishRefusedException("bad-attachment", $"The attachment {Quoted.Of(key)} has no data.");
            others.Add(new OtherAttachment(key, entry["content_type"].AsText(), data));
        }

        return others;
    }
}
