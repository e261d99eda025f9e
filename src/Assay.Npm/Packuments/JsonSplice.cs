using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Assay.Npm;

/// <summary>
/// Writes JSON out of ready pieces. Stored manifests go in as bytes, neither parsed nor checked again: that is what makes a document
/// of a thousand versions cheap.
/// </summary>
internal readonly struct JsonSplice(IBufferWriter<byte> output)
{
    public void Raw(ReadOnlySpan<byte> json) => output.Write(json);

    /// <summary>An object without its closing brace, so that members can follow.</summary>
    public void OpenEnded(ReadOnlySpan<byte> json) => output.Write(json[..^1]);

    public void Text(string text)
    {
        var encoded = JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        output.Write("\""u8);
        output.Write(encoded.EncodedUtf8Bytes);
        output.Write("\""u8);
    }

    public void Number(long number)
    {
        var digits = output.GetSpan(20);
        number.TryFormat(digits, out var written, provider: CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    /// <summary>A time as JavaScript writes one: UTC with milliseconds.</summary>
    public void Time(DateTimeOffset time)
    {
        output.Write("\""u8);
        output.Write(Encoding.ASCII.GetBytes(time.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)));
        output.Write("\""u8);
    }

    /// <summary>A list or an object: the brackets, and commas between the items.</summary>
    public void Join<T>(ReadOnlySpan<byte> brackets, IEnumerable<T> items, Action<JsonSplice, T> write)
    {
        output.Write(brackets[..1]);
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst)
                output.Write(","u8);
            isFirst = false;
            write(this, item);
        }

        output.Write(brackets[1..]);
    }

    public void Member(string name, string value)
    {
        Text(name);
        Raw(":"u8);
        Text(value);
    }

    public void Member(string name, DateTimeOffset value)
    {
        Text(name);
        Raw(":"u8);
        Time(value);
    }
}
