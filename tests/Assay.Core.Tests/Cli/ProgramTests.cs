using System.Diagnostics;
using System.Text.Json.Nodes;
using Assay.Cli.Output;

namespace Assay.Core.Tests.Cli;

public sealed class ProgramTests : IDisposable
{
    private readonly TestRegistry registry = new();
    private readonly TestClient client = new();

    public ProgramTests() => registry.Publish("@acme/x", "1.0.0");

    [Theory]
    [InlineData("--help", "Exit codes: 0 all good, 1 something does not verify")]
    [InlineData("verify --help", "Example: assay verify package-lock.json")]
    [InlineData("log --help", "monitor")]
    [InlineData("log monitor --help", "Example: assay log monitor")]
    [InlineData("log show --help", "Example: assay log show")]
    [InlineData("report --help", "Example: assay report")]
    [InlineData("--version", "0.1.0")]
    public async Task Help_and_version_are_there(string arguments, string text)
    {
        var run = await client.RunAsync(arguments.Split(' '));

        run.ShouldBeGood();
        Assert.Contains(text, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("verify")]
    [InlineData("verify x --unknown")]
    [InlineData("verify x")]
    [InlineData("verify NOT/A/NAME --registry http://localhost:1/")]
    [InlineData("verify x@latest --registry http://localhost:1/")]
    [InlineData("verify x --registry npm.example")]
    [InlineData("verify x --registry http://localhost:1/ --concurrency 0")]
    [InlineData("verify x --registry http://localhost:1/ --source acme")]
    [InlineData("verify x --registry http://localhost:1/ --log-key rubbish")]
    [InlineData("verify x --registry http://localhost:1/ --token-file missing")]
    [InlineData("verify x --registry http://localhost:1/ --trusted-root missing")]
    [InlineData("verify package-lock.json --registry http://localhost:1/")]
    [InlineData("verify missing.tgz --registry http://localhost:1/")]
    [InlineData("log monitor")]
    [InlineData("log monitor --registry http://localhost:1/ --follow 0")]
    [InlineData("log show x --registry http://localhost:1/")]
    [InlineData("report")]
    [InlineData("report x --registry http://localhost:1/")]
    [InlineData("report x --kind malware --registry http://localhost:1/")]
    [InlineData("report x --kind malware --text y")]
    [InlineData("report NOT/A/NAME --kind malware --text y --registry http://localhost:1/")]
    [InlineData("report x@latest --kind malware --text y --registry http://localhost:1/")]
    public async Task Wrong_usage_is_2_and_says_why(string arguments)
    {
        var run = await client.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.NotEmpty(run.Error);
    }

    [Fact]
    public async Task A_registry_that_is_not_there_is_3()
    {
        var run = await client.RunAsync("verify", "x", "--registry", "http://localhost:1/");

        Assert.Equal(ExitCode.NotAsked, run.Code);
        Assert.Contains("3 tries", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_registry_and_its_token_come_from_npmrc_and_the_token_is_never_printed()
    {
        registry.Token = "npm_secret";
        client.Variables["TOKEN"] = registry.Token;
        client.Write("package.json", "{}");
        client.Write(".npmrc", $"@acme:registry={registry.Url}\n//{new Uri(registry.Url).Authority}/:_authToken=${{TOKEN}}\n");

        var run = await client.RunAsync("verify", "@acme/x");

        run.ShouldBeGood();
        Assert.DoesNotContain("npm_secret", run.Output + run.Error, StringComparison.Ordinal);
        Assert.All(registry.Asked, asked => Assert.Equal("Bearer npm_secret", asked.Authorization));
    }

    [Fact]
    public async Task A_token_can_be_in_a_file()
    {
        registry.Token = "npm_secret";
        client.Write("token", "npm_secret\n");

        (await VerifyAsync("--token-file", "token")).ShouldBeGood();
    }

    [Fact]
    public async Task Without_the_token_it_is_3_and_says_what_to_do()
    {
        registry.Token = "npm_secret";

        var run = await VerifyAsync();

        Assert.Equal(ExitCode.NotAsked, run.Code);
        Assert.Contains(":_authToken", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_to_another_host_are_not_followed()
    {
        using var other = new TestRegistry();
        registry.Token = "npm_secret";
        client.Write("token", "npm_secret");
        registry.Interrupt = path => path.StartsWith("@acme/x/", StringComparison.Ordinal) ? (302, other.Url + path) : null;

        var run = await VerifyAsync("--token-file", "token");

        Assert.Equal(ExitCode.NotAsked, run.Code);
        Assert.Contains("redirects to another host", run.Output, StringComparison.Ordinal);
        Assert.Empty(other.Asked);
    }

    [Fact]
    public async Task A_passing_error_is_tried_again()
    {
        var failures = 2;
        registry.Interrupt = path => path == "@acme/x/1.0.0" && failures-- > 0 ? (503, null) : null;

        (await VerifyAsync()).ShouldBeGood();
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read()
    {
        registry.Tamper = (path, body) => path == "-/npm/v1/keys" ? new byte[(1 << 20) + 1] : body;

        (await VerifyAsync()).ShouldRefute("answers more than 1048576 bytes");
    }

    [Fact]
    public async Task What_a_registry_writes_cannot_steer_the_terminal()
    {
        (await VerifyAsync()).ShouldBeGood();
        registry.Origin = "\u001b[2Jevil\u202e";

        var run = await VerifyAsync();

        run.ShouldRefute("[2Jevil");
        Assert.DoesNotContain('\u001b', run.Output + run.Error);
        Assert.DoesNotContain('\u202e', run.Output + run.Error);
    }

    [Fact]
    public async Task A_lockfile_of_1000_packages_takes_less_than_15_seconds()
    {
        var packages = new JsonObject { [""] = new JsonObject() };
        for (var number = 0; number < 1000; number++)
        {
            var integrity = registry.Publish($"@acme/p{number}", "1.0.0");
            packages[$"node_modules/@acme/p{number}"] = new JsonObject
            {
                ["version"] = "1.0.0",
                ["resolved"] = $"{registry.Url}p{number}.tgz",
                ["integrity"] = $"{integrity}",
            };
        }
        client.Write("package-lock.json", new JsonObject { ["lockfileVersion"] = 3, ["packages"] = packages }.ToJsonString());
        var watch = Stopwatch.StartNew();

        var run = await client.RunAsync("verify", "package-lock.json", "--registry", registry.Url);

        run.ShouldBeGood();
        Assert.Contains("1000 of 1000 versions verified", run.Output, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"{watch.Elapsed}");
    }

    public void Dispose()
    {
        registry.Dispose();
        client.Dispose();
    }

    private Task<Run> VerifyAsync(params string[] options) => client.RunAsync(["verify", "@acme/x@1.0.0", "--registry", registry.Url, .. options]);
}
