using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Durability;

public sealed class StartTests(SharedWorld shared) : EndToEndTest(shared)
{
    [Fact]
    public async Task A_second_start_on_a_data_directory_in_use_is_refused_in_one_line()
    {
        var second = await StartAgainAsync("--data", World.Server.Data, "--urls", "http://localhost:1");

        Assert.Equal(1, second.ExitCode);
        Assert.Equal(
            $"assay: The data directory {World.Server.Data} is in use by another Assay. Stop that one, or choose another with --data.",
            second.Errors.Trim());
        Assert.True(await World.Http.IsUpAsync());
        (await World.Server.AdminAsync(input: null, "issuer", "list")).ShouldSucceed();
    }

    [Fact]
    public async Task A_taken_port_is_refused_in_one_line()
    {
        using var data = new TemporaryFolder();

        var second = await StartAgainAsync("--data", data.Path, "--urls", World.Server.Url.GetLeftPart(UriPartial.Authority));

        Assert.Equal(1, second.ExitCode);
        Assert.Single(second.Errors.Trim().Split('\n'));
        Assert.Contains("choose another address with --urls", second.Errors, StringComparison.Ordinal);
    }

    // As while a server starts: the directory is held, and nobody listens on its socket yet.
    [Fact]
    public async Task An_operators_command_waits_for_a_data_directory_that_is_held_for_a_moment()
    {
        using var data = new TemporaryFolder();
        await using var held = new FileStream(Path.Combine(data.Path, "lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var command = StartAgainAsync("admin", "issuer", "list", "--data", data.Path);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        Assert.False(command.IsCompleted);
        await held.DisposeAsync();

        (await command).ShouldSucceed();
    }

    private static Task<Finished> StartAgainAsync(params string[] arguments) =>
        Command.RunAsync("dotnet", [Checkout.ServerAssembly, .. arguments], Path.GetTempPath());
}
