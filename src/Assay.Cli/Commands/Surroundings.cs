namespace Assay.Cli.Commands;

/// <summary>What the program finds around it. The only place that asks the machine.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Everything else.</param>
/// <param name="IsWatched">Whether <paramref name="Error"/> is a terminal.</param>
/// <param name="Directory">Where paths begin.</param>
/// <param name="Variable">The environment.</param>
/// <param name="Clock">The time.</param>
internal sealed record Surroundings(
    TextWriter Output, TextWriter Error, bool IsWatched, string Directory, Func<string, string?> Variable, TimeProvider Clock)
{
    public static Surroundings OfProcess() => new(
        Console.Out,
        Console.Error,
        !Console.IsErrorRedirected,
        System.IO.Directory.GetCurrentDirectory(),
#pragma warning disable RS0030 // Where the environment is read, once, for everybody else.
        Environment.GetEnvironmentVariable,
#pragma warning restore RS0030
        TimeProvider.System);
}
