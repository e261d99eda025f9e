namespace Assay.Cli.Output;

/// <summary>One line that counts up, where somebody watches; nothing in a file or a CI log.</summary>
internal sealed class ProgressLine(TextWriter error, bool isTerminal, int total) : IDisposable
{
    private readonly Lock gate = new();
    private int done;

    public void Advance()
    {
        if (!isTerminal)
        {
            return;
        }
        lock (gate)
        {
            error.Write($"\r{++done} of {total}");
        }
    }

    public void Dispose()
    {
        if (isTerminal)
        {
            error.Write("\r\u001b[K");
        }
    }
}
