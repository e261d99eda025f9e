using Assay.Cli.Output;

namespace Assay.Core.Tests.Cli;

/// <summary><c>assay report</c>: what it sends and where to, and what it makes of the answer.</summary>
public sealed class ReportTests : IDisposable
{
    private readonly TestRegistry registry = new() { Token = "secret" };
    private readonly TestClient client = new();

    public ReportTests() => client.Write(".npmrc", $"@acme:registry={registry.Url}\n{registry.Url["http:".Length..]}:_authToken=secret\n");

    [Fact]
    public async Task It_goes_once_to_the_registry_of_the_scope_with_its_token()
    {
        await client.RunAsync("report", "@acme/x@1.0.0", "--kind", "malware", "--text", "it reads ~/.npmrc");

        Assert.Equal([("-/assay/v1/package/@acme/x/reports", "Bearer secret")], registry.Asked);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task What_the_registry_does_not_take_is_3_and_not_sent_again(int status)
    {
        registry.Interrupt = _ => (status, null);

        var run = await client.RunAsync("report", "@acme/x", "--kind", "other", "--text", "x");

        Assert.Equal(ExitCode.NotAsked, run.Code);
        Assert.Contains($"did not take the report: it answered {status}", run.Error, StringComparison.Ordinal);
        Assert.Single(registry.Asked);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_not_even_to_the_registry_itself()
    {
        registry.Interrupt = path => path.EndsWith("/reports", StringComparison.Ordinal) ? (307, registry.Url + "elsewhere") : null;

        var run = await client.RunAsync("report", "@acme/x", "--kind", "other", "--text", "x");

        Assert.Equal(ExitCode.NotAsked, run.Code);
        Assert.Single(registry.Asked);
    }

    [Fact]
    public async Task A_registry_that_is_not_there_is_3()
    {
        var run = await client.RunAsync("report", "x", "--kind", "other", "--text", "x", "--registry", "http://localhost:1/");

        Assert.Equal(ExitCode.NotAsked, run.Code);
        Assert.Contains("Whether it arrived is not known", run.Error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        registry.Dispose();
        client.Dispose();
    }
}
