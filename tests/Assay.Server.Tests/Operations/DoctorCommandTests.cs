using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Operations;

/// <summary><c>./run doctor</c>, with and without a server.</summary>
public sealed class DoctorCommandTests
{
    [Fact]
    public async Task Beside_a_server_it_asks_the_server()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);

        var ended = await ServerProgram.RunAsync(["doctor", "--data", folder.Path]);

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.StartsWith("ok       Every key of the configuration is known", ended.Output, StringComparison.Ordinal);
        Assert.Contains($"Clients know this registry as {app.Url}", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beside_a_server_the_next_starts_configuration_is_looked_at()
    {
        using var folder = new TemporaryFolder();
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);
        await File.WriteAllTextAsync(folder.In("assay.json"), """{"Assay":{"Packages":{"MaximumFiles":0}}}""");

        var ended = await ServerProgram.RunAsync(["doctor", "--data", folder.Path]);

        ShouldFail(ended, "Assay:Packages:MaximumFiles");
    }

    [Fact]
    public async Task Without_a_server_it_starts_one_alone()
    {
        using var folder = new TemporaryFolder();
        await using (await RegistryApp.StartAsync(dataDirectory: folder.Path))
        {
        }

        var ended = await ServerProgram.RunAsync(["doctor", "--data", folder.Path]);

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Contains("The registry key works", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_is_refused_is_the_first_finding()
    {
        using var folder = new TemporaryFolder();
        await using (await RegistryApp.StartAsync(dataDirectory: folder.Path))
        {
        }
        Directory.Delete(folder.In("keys"), recursive: true);

        var ended = await ServerProgram.RunAsync(["doctor", "--data", folder.Path]);

        ShouldFail(ended, "The server does not start: This node cannot sign as");
        Assert.Contains(" MB free", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_database_is_a_finding()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("registry.db"), new string('x', 8192));

        var ended = await ServerProgram.RunAsync(["doctor", "--data", folder.Path]);

        ShouldFail(ended, "The server does not start: Cannot open the database");
    }

    [Fact]
    public async Task A_data_directory_that_is_not_there_is_not_made()
    {
        using var folder = new TemporaryFolder();

        var ended = await ServerProgram.RunAsync(["doctor", "--data", folder.In("nowhere")]);

        ShouldFail(ended, "There is no data directory");
        Assert.False(Directory.Exists(folder.In("nowhere")));
    }

    private static void ShouldFail(Ended ended, string what)
    {
        Assert.Equal((1, ""), (ended.ExitCode, ended.Error));
        Assert.Contains(ended.Output.Split('\n'), line => line.StartsWith("failed ", StringComparison.Ordinal) && line.Contains(what, StringComparison.Ordinal));
    }
}
