using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Import;

/// <summary>The command, with a server and without one.</summary>
public sealed class CommandImportTests
{
    [Fact]
    public async Task It_works_without_a_server_and_fails_when_something_was_refused()
    {
        using var data = new TemporaryFolder();
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.In("x.tgz"), new TestPackage("x", "1.0.0").Tarball());
        await ServerProgram.RunAsync(["admin", "user", "add", "casey", "--email", "c@example.test", "--password-stdin", "--data", data.Path], RegistryApp.Password);

        var first = await ServerProgram.RunAsync(["import", "--from", folder.Path, "--owner", "casey", "--data", data.Path]);
        await File.WriteAllTextAsync(folder.In("bad.tgz"), "no tarball");
        var second = await ServerProgram.RunAsync(["import", "--from", folder.Path, "--owner", "casey", "--report", folder.In("report.json"), "--data", data.Path]);

        Assert.True(first.ExitCode == 0, first.Error + first.Output);
        Assert.Contains("Imported 1 version of 1 package", first.Output, StringComparison.Ordinal);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("1 were here already, 1 refused", second.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.In("report.json")));
    }

    [Fact]
    public async Task Names_and_token_come_from_files_and_neither_is_shown()
    {
        using var data = new TemporaryFolder();
        await using var source = await SourceRegistry.StartAsync();
        source.Serve("@acme/x", new TestPackage("@acme/x", "1.0.0"));
        await File.WriteAllTextAsync(data.In("names"), "# ours\n@acme/x # the first\n\n");
        await File.WriteAllTextAsync(data.In("token"), "a-secret-token\n");
        var registry = data.In("registry");
        await using var server = await ServerProgram.ServeAsync(registry);
        await ServerProgram.RunAsync(["admin", "user", "add", "casey", "--email", "c@example.test", "--password-stdin", "--data", registry], RegistryApp.Password);

        var import = await ServerProgram.RunAsync(
            ["import", "--from", source.Url.AbsoluteUri, "--owner", "casey", "--list", data.In("names"), "--token-file", data.In("token"), "--data", registry]);

        Assert.True(import.ExitCode == 0, import.Error + import.Output);
        Assert.All(source.Asked, each => Assert.Equal("Bearer a-secret-token", each.Authorization));
        Assert.DoesNotContain("a-secret-token", import.Output + import.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_holds_no_token_is_named_and_not_shown()
    {
        using var data = new TemporaryFolder();
        await File.WriteAllTextAsync(data.In("token"), "two secret words");

        var import = await ServerProgram.RunAsync(["import", "--from", "http://localhost:1", "--owner", "casey", "--token-file", data.In("token"), "--data", data.In("d")]);

        Assert.Equal(1, import.ExitCode);
        Assert.Contains("does not hold one token", import.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret words", import.Error, StringComparison.Ordinal);
    }
}
