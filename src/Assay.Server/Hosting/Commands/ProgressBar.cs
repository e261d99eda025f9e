using Assay.Server.Answers;

namespace Assay.Server.Hosting.Commands;

/// <summary>Shows how far the work is, on standard error: a bar that is drawn anew on a terminal, a line now and then elsewhere.</summary>
internal sealed class ProgressBar : IProgress<Progress>, IDisposable
{
    private const int BarWidth = 30;
    private static readonly TimeSpan OnTerminals = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(10);

    private readonly bool isTerminal = !Console.IsErrorRedirected;
    private long shown = TimeProvider.System.GetTimestamp();

    public void Report(Progress value)
    {
        if (TimeProvider.System.GetElapsedTime(shown) >= (isTerminal ? OnTerminals : Elsewhere))
        {
            shown = TimeProvider.System.GetTimestamp();
            Console.Error.Write(isTerminal ? $"\r{Text(value)}\u001b[K" : $"{Text(value)}\n");
        }
    }

    public void Dispose()
    {
        if (isTerminal)
        {
            Console.Error.Write("\r\u001b[K");
        }
    }

    private static string Text(Progress progress)
    {
        var (done, unit) = (progress.Done, progress.Unit);
        if (progress.Of is not { } all || all == 0)
        {
            return $"{done:N0} {unit}";
        }
        var filled = (int)(BarWidth * Math.Min(done, all) / all);
        return $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {done:N0} of {all:N0} {unit}";
    }
}
