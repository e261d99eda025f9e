namespace Assay.Provenance.Log;

/// <summary>Takes lines off the front of a text; every line ends in a newline.</summary>
internal ref struct LineReader(ReadOnlySpan<byte> text)
{
    public ReadOnlySpan<byte> Rest { get; private set; } = text;

    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        var end = Rest.IndexOf((byte)'\n');
        line = end < 0 ? [] : Rest[..end];
        Rest = Rest[(end + 1)..];
        return end >= 0;
    }

    /// <summary>Reads a line of a word, a space and a number.</summary>
    public bool TryReadNumber(ReadOnlySpan<byte> word, out long number)
    {
        number = 0;
        return TryRead(out var line) && line.StartsWith(word) && line[word.Length..].StartsWith(" "u8)
            && CanonicalDecimal.TryParse(line[(word.Length + 1)..], out number);
    }
}
