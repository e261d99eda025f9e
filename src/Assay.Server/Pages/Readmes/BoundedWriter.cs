using System.Text;

namespace Assay.Server.Pages.Readmes;

/// <summary>Text that is asking for more than anybody wrote by hand: it is shown as it is written.</summary>
internal sealed class TooElaborateException(string message) : Exception(message);

/// <summary>Takes so many characters and no more: a definition of some length, referred to thousands of times, is gigabytes.</summary>
internal sealed class BoundedWriter(int longest) : StringWriter(System.Globalization.CultureInfo.InvariantCulture)
{
    private readonly StringBuilder text = new();

    public override StringBuilder GetStringBuilder() => text;

    public override void Write(char value)
    {
        Check(1);
        text.Append(value);
    }

    public override void Write(string? value)
    {
        Check(value?.Length ?? 0);
        text.Append(value);
    }

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        Check(buffer.Length);
        text.Append(buffer);
    }

    public override string ToString() => text.ToString();

    private void Check(int more)
    {
        if (text.Length + (long)more > longest)
        {
            throw new TooElaborateException($"The readme becomes more than {longest} characters of HTML.");
        }
    }
}
