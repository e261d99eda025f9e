using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;
using Assay.EndToEnd.Simulator;

namespace Assay.EndToEnd.Guides;

/// <summary>Every page's step, up to the last thing that a client sends: run by <c>sh</c>, against a registry that only listens.</summary>
public sealed class StepTests(GuideWorld world) : IClassFixture<GuideWorld>, IAsyncLifetime
{
    private RecordingRegistry registry = null!;

    public static TheoryData<string> Pages => new(Guide.Providers);

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task The_step_exchanges_the_jobs_token_for_the_package_and_publishes_with_what_it_gets(string provider)
    {
        var guide = new Guide(provider);
        using var job = await StartAsync(guide);

        var run = (await job.RunStepAsync()).ShouldSucceed();

        var exchange = Assert.Single(registry.Exchanges);
        Assert.Equal("POST", exchange.Method);
        Assert.Equal($"{RecordingRegistry.ExchangePath}@acme%2f{provider}-step", exchange.Target);
        Assert.Empty(exchange.Body);
        await ShouldBeTheJobsTokenAsync(guide, exchange.Bearer);
        Assert.Equal(RecordingRegistry.Exchanged, Assert.Single(registry.Publishes).Bearer);
        ShouldNotPrint(run, exchange.Bearer);
    }

    // One page stands for all that exchange by themselves: their steps end alike.
    [Fact]
    public async Task After_a_refusal_the_step_says_why_and_publishes_nothing()
    {
        registry.Refusal = "no trust policy matches this run";
        using var job = await StartAsync(new Guide("bitbucket"));

        var run = await job.RunStepAsync();

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(registry.Refusal, run.Errors, StringComparison.Ordinal);
        Assert.Empty(registry.Publishes);
    }

    [Theory]
    [InlineData("buildkite")]
    [InlineData("semaphore")]
    public async Task The_end_of_the_step_may_be_the_short_form_of_the_index(string provider)
    {
        var guide = new Guide(provider);
        using var job = await StartAsync(guide);
        var start = guide.Step[..guide.Step.IndexOf("# Exchanged", StringComparison.Ordinal)];

        var run = (await job.RunAsync(start + Guide.Index.Block("sh short"))).ShouldSucceed();

        var exchange = Assert.Single(registry.Exchanges);
        await ShouldBeTheJobsTokenAsync(guide, exchange.Bearer);
        Assert.Equal(RecordingRegistry.Exchanged, Assert.Single(registry.Publishes).Bearer);
        ShouldNotPrint(run, exchange.Bearer);
    }

    [Fact]
    public async Task A_job_reads_with_the_step_of_the_index()
    {
        using var job = await StartAsync(new Guide("generic"));

        // There is nothing to install: what counts is what was asked for on the way.
        var run = await job.RunAsync(Guide.OnLocalhost(Guide.Index.Block("sh read")).Replace("npm ci", "npm view @acme/hello", StringComparison.Ordinal));

        var exchange = Assert.Single(registry.Requests, request => request.Target == RecordingRegistry.ReadPath);
        Assert.Equal("POST", exchange.Method);
        Assert.Equal("""{"actions":["read"],"packages":["@acme/*"]}""", exchange.Body);
        Assert.Equal("npm:localhost", new IssuedToken(exchange.Bearer)["aud"]);
        Assert.Contains(registry.Requests, request => request is { Target: "/@acme%2fhello", Bearer: RecordingRegistry.Exchanged });
        ShouldNotPrint(run, exchange.Bearer);
    }

    public async ValueTask InitializeAsync() => registry = await RecordingRegistry.StartAsync();

    public ValueTask DisposeAsync() => registry.DisposeAsync();

    private Task<GuideJob> StartAsync(Guide guide) =>
        GuideJob.StartAsync(guide, world.Ci, world.FlySocket, new SamplePackage($"@acme/{guide.Provider}-step", "1.0.0"), registry.Url);

    private async Task ShouldBeTheJobsTokenAsync(Guide guide, string bearer)
    {
        using var client = new SimulatorClient();
        var token = new IssuedToken(bearer);
        Assert.True(token.IsSignedBy(await client.DiscoverKeysAsync(guide.IssuerOf(world.Ci))));
        Assert.Equal(guide.Audience, token.Claims["aud"] is JsonArray several ? (string?)Assert.Single(several) : token["aud"]);

        foreach (var (claim, value) in guide.Claims.Where(claim => claim.Value is not null))
        {
            Assert.Equal(value!.ToJsonString(), token.Claims[claim]!.ToJsonString());
        }
    }

    // Whoever reads the log of a job must not be able to use it, even where each command is shown.
    private static void ShouldNotPrint(Finished run, string bearer)
    {
        Assert.DoesNotContain(bearer[(bearer.LastIndexOf('.') + 1)..], run.Printed, StringComparison.Ordinal);
        Assert.DoesNotContain(RecordingRegistry.Exchanged, run.Printed, StringComparison.Ordinal);
    }
}
