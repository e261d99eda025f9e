using System.Diagnostics;

namespace Assay.Server.Tests.Fixtures;

/// <summary>For what another thread or process is about to do: asked again until it holds, and a failure when it never does.</summary>
internal static class Eventually
{
    public static Task HoldsAsync(Func<bool> condition) => HoldsAsync(() => Task.FromResult(condition()));

    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "What was waited for never came.");
            await Task.Delay(20);
        }
    }
}
