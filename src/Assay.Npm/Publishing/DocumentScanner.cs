using System.Buffers;
using System.Text.Json;

namespace Assay.Npm;

/// <summary>
/// Divides the bytes of a document, in pieces of any length, into the metadata and the tarball's base64. It only follows strings and
/// brackets; whether the metadata is JSON is for the parser to say, and the cut-out text is one complete string to it.
/// </summary>
internal sealed class DocumentScanner(PublishLimits limits)
{
    private static readonly SearchValues<byte> StringEnds = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[],"u8);

    private readonly ArrayBufferWriter<byte> metadata = new(16 << 10);
    private readonly DocumentPath path = new();
    private readonly EscapeReader escape = new();
    private State state;
    private int stringStart;

    private enum State
    {
        Structure,
        Text,
        TextEscape,
        Data,
    }

    public Base64Decoder Tarball { get; } = new(limits.MaxTarballSize);

    public string? TarballKey { get; private set; }

    public ReadOnlySpan<byte> Metadata => metadata.WrittenSpan;

    public bool IsComplete => state == State.Structure && path.Depth == 0 && metadata.WrittenCount > 0;

    public void Append(ReadOnlySpan<byte> piece)
    {
        while (piece.Length > 0)
        {
            var scanned = state switch
            {
                State.Structure => ScanStructure(piece),
                State.Text => ScanText(piece),
                State.TextEscape => ScanTextEscape(piece),
                _ => ScanData(piece),
            };
            piece = piece[scanned..];
        }
    }

    private int ScanStructure(ReadOnlySpan<byte> piece)
    {
        var at = piece.IndexOfAny(Structure);
        if (at < 0)
            return Keep(piece);
        switch (piece[at])
        {
            case (byte)'"':
                OpenString();
                break;
            case (byte)'{' or (byte)'[':
                path.Open(piece[at] == '{');
                break;
            case (byte)'}' or (byte)']':
                path.Close();
                break;
            default:
                path.Separate();
                break;
        }

        return Keep(piece[..(at + 1)]);
    }

    private void OpenString()
    {
        stringStart = -1;
        state = path.IsAtTarballData ? State.Data : State.Text;
        if (state == State.Text)
            return;
        if (TarballKey is not null)
            throw new PublishRefusedException("two-tarballs", "The document has more than one tarball.");
        TarballKey = path.AttachmentKey;
    }

    private int ScanText(ReadOnlySpan<byte> piece)
    {
        if (stringStart < 0)
            stringStart = metadata.WrittenCount - 1;
        var at = piece.IndexOfAny(StringEnds);
        if (at < 0)
            return Keep(piece);
        Keep(piece[..(at + 1)]);
        if (piece[at] == '\\')
            state = State.TextEscape;
        else
            CloseString();
        return at + 1;
    }

    // The character after a backslash is no end, whatever it is; what follows a "u" are plain characters.
    private int ScanTextEscape(ReadOnlySpan<byte> piece)
    {
        state = State.Text;
        return Keep(piece[..1]);
    }

    private void CloseString()
    {
        state = State.Structure;
        if (path.ExpectsKey)
            path.Key(path.NeedsKey ? Unescape(metadata.WrittenSpan[stringStart..]) : null);
    }

    private int ScanData(ReadOnlySpan<byte> piece)
    {
        if (escape.IsOpen)
            return ScanDataEscape(piece);
        var at = piece.IndexOfAny(StringEnds);
        if (at < 0)
            at = piece.Length;
        Tarball.Append(piece[..at]);
        if (at == piece.Length)
            return at;
        if (piece[at] == '\\')
            escape.Open();
        else
            CloseData(piece[at..]);
        return at + 1;
    }

    private int ScanDataEscape(ReadOnlySpan<byte> piece)
    {
        if (escape.Take(piece[0]) is { } character)
            Tarball.Append([character]);
        return 1;
    }

    private void CloseData(ReadOnlySpan<byte> rest)
    {
        Keep(rest[..1]);
        Tarball.Finish();
        state = State.Structure;
    }

    private int Keep(ReadOnlySpan<byte> bytes)
    {
        if (metadata.WrittenCount + bytes.Length > limits.MaxMetadataSize)
        {
            throw new PublishRefusedException(
                "metadata-too-large", $"The document without its tarball has more than {limits.MaxMetadataSize} bytes.");
        }

        metadata.Write(bytes);
        return bytes.Length;
    }

    private static string? Unescape(ReadOnlySpan<byte> quoted)
    {
        try
        {
            var reader = new Utf8JsonReader(quoted);
            reader.Read();
            return reader.GetString();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No key that matters; the parser will refuse it with a better text.
            return null;
        }
    }
}
