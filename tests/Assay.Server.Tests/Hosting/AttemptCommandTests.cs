using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Hosting;

/// <summary><c>admin attempts</c>, <c>admin simulate</c> and <c>admin lint</c> as an operator types them.</summary>
public sealed class AttemptCommandTests
{
    private const string Secret = "eyJhbGciOiJSUzI1NiJ9.secret";

    [Fact]
    public async Task Attempts_are_listed_for_every_name()
    {
        using var folder = new TemporaryFolder();

        var ended = await ServerProgram.RunAsync(["admin", "attempts", "--outcome", "refused", "--data", folder.In("data")]);

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Contains("Nothing was exchanged for any name lately.", ended.Output);
    }

    [Fact]
    public async Task A_bare_token_is_simulated_for_the_package_that_is_named()
    {
        using var folder = new TemporaryFolder();

        var ended = await ServerProgram.RunAsync(["admin", "simulate", "-", "--package", "@acme/hello", "--data", folder.In("data")], Secret + "\n");

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.StartsWith("publish @acme/hello: refused, malformed-token", ended.Output);
        Assert.DoesNotContain(Secret, ended.Output);
    }

    [Fact]
    public async Task A_file_that_is_no_simulation_is_refused_and_not_repeated()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("simulation.json"), Secret, TestContext.Current.CancellationToken);

        var ended = await ServerProgram.RunAsync(["admin", "simulate", folder.In("simulation.json"), "--data", folder.In("data")]);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("--package", ended.Error);
        Assert.DoesNotContain(Secret, ended.Output + ended.Error);
    }

    [Theory]
    [InlineData("simulate")]
    [InlineData("lint")]
    public async Task A_file_that_is_not_there_is_said_so(string command)
    {
        using var folder = new TemporaryFolder();
        string[] arguments = command == "lint" ? ["lint", "@acme/hello"] : ["simulate"];

        var ended = await ServerProgram.RunAsync(["admin", .. arguments, folder.In("nowhere"), "--data", folder.In("data")]);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("cannot be read", ended.Error);
    }

    [Fact]
    public async Task Without_a_policy_there_is_nothing_to_lint_against()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("publish.yml"), "on: push", TestContext.Current.CancellationToken);

        var ended = await ServerProgram.RunAsync(["admin", "lint", "@acme/hello", folder.In("publish.yml"), "--data", folder.In("data")]);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("No trust policy speaks of @acme/hello", ended.Error);
    }
}
