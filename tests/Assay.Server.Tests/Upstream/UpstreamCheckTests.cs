using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Operations;

namespace Assay.Server.Tests.Upstream;

/// <summary>What the doctor says of registries behind this one: what they were asked, and what they answered.</summary>
public sealed class UpstreamCheckTests
{
    [Theory]
    [InlineData(200, "ok       {0}, asked for left-pad, which it had, answered 200")]
    [InlineData(404, "warning  {0}, asked for left-pad, which it had, answered 404  – See whether the package is gone there")]
    [InlineData(401, "failed   {0}, asked for left-pad, which it had, answered 401: it wants a token  – Put a token that works into the file of Assay:Upstream:Registries:npm:TokenFile.")]
    [InlineData(403, "failed   {0}, asked for left-pad, which it had, answered 403: it wants a token  – ")]
    [InlineData(304, "warning  {0}, asked for left-pad, which it had, answered 304 to a first question  – ")]
    [InlineData(405, "warning  Asked for left-pad, which it had, {0} answered 405  – What is in the cache is served meanwhile.")]
    [InlineData(500, "warning  Asked for left-pad, which it had, {0} answered 500  – What is in the cache is served meanwhile.")]
    public async Task It_is_asked_for_a_package_that_it_had(int status, string line)
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        await app.PackumentAsync(await app.SignedInAsync("alice"), "left-pad");

        await ShouldBeToldAsync(app, foreign, status, line);

        Assert.DoesNotContain("/-/ping", foreign.Requests);
    }

    [Theory]
    [InlineData(200, "ok       {0}, asked for /-/ping answered 200")]
    [InlineData(404, "ok       {0}, asked for /-/ping answered 404: it has no ping, but it is there")]
    [InlineData(405, "ok       {0}, asked for /-/ping answered 405: it has no ping, but it is there")]
    [InlineData(401, "failed   {0}, asked for /-/ping answered 401: it wants a token  – ")]
    [InlineData(502, "warning  Asked for /-/ping {0} answered 502  – ")]
    public async Task While_nothing_is_in_the_cache_any_answer_to_a_ping_is_one(int status, string line)
    {
        await using var foreign = await ForeignRegistry.StartAsync();
        await using var app = await RegistryApp.StartAsync(foreign.Settings);

        await ShouldBeToldAsync(app, foreign, status, line);
    }

    [Theory]
    [InlineData(401, "failed   {0}, asked for left-pad, which it had, answered 401: the token that it is sent is wrong or has expired  – ")]
    [InlineData(404, "warning  {0}, asked for left-pad, which it had, answered 404  – If the package is not gone there, the token in Assay:Upstream:Registries:npm:TokenFile may not see it any more")]
    public async Task A_token_that_does_not_work_any_more_is_told(int status, string line)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("token"), "the-secret");
        await using var foreign = await ForeignRegistry.StartAsync();
        foreign.Add(new TestPackage("left-pad", "1.0.0"));
        await using var app = await RegistryApp.StartAsync([.. foreign.Settings, $"--Assay:Upstream:Registries:npm:TokenFile={folder.In("token")}"]);
        await app.PackumentAsync(await app.SignedInAsync("alice"), "left-pad");

        var lines = await ShouldBeToldAsync(app, foreign, status, line);

        Assert.Equal("Bearer the-secret", foreign.LastToken);
        Assert.DoesNotContain(lines, told => told.Contains("the-secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_cannot_be_reached_is_told_and_offline_none_is_asked()
    {
        var foreign = await ForeignRegistry.StartAsync();
        await using var app = await RegistryApp.StartAsync(foreign.Settings);
        await using var offline = await RegistryApp.StartAsync([.. foreign.Settings, "--Assay:Upstream:Offline=true"]);
        await foreign.DisposeAsync();

        var (lines, fails) = await DoctorTests.AskAsync(app);

        Assert.False(fails);
        Assert.Contains(lines, line => line.StartsWith($"warning  Asked for /-/ping npm ({foreign.Url}) cannot be reached", StringComparison.Ordinal));
        Assert.DoesNotContain((await DoctorTests.AskAsync(offline)).Lines, line => line.Contains($"npm ({foreign.Url})", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<string>> ShouldBeToldAsync(RegistryApp app, ForeignRegistry foreign, int status, string line)
    {
        foreign.Instead = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };

        var (lines, fails) = await DoctorTests.AskAsync(app);

        var expected = string.Format(System.Globalization.CultureInfo.InvariantCulture, line, $"npm ({foreign.Url})");
        Assert.True(lines.Any(told => told.StartsWith(expected, StringComparison.Ordinal)), string.Join('\n', lines));
        Assert.Equal(line.StartsWith("failed", StringComparison.Ordinal), fails);
        return lines;
    }
}
