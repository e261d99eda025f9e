using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.People;

/// <summary><c>npm stage</c> as it is, by people and by runs.</summary>
public sealed class StageTests(SharedWorld shared) : EndToEndTest(shared)
{
    public static TheoryData<string> Npms => ["11", "12"];

    [Theory]
    [MemberData(nameof(Npms))]
    public async Task Two_other_people_approve_what_somebody_staged_with(string npm)
    {
        var package = $"@acme/staged-{npm}";
        await World.PublishedByMemberAsync(package, "1.0.0");
        await World.Http.CallAsync(HttpMethod.Put, $"-/assay/v1/package/{RegistryClient.Escape(package)}/staging", World.MemberToken, new JsonObject { ["approvals"] = 2 });
        using var casey = await NpmAsync(npm, World.MemberToken);
        using var one = await Colleague.WhoOwnsAsync(World, $"one{npm}", npm, package);
        using var two = await Colleague.WhoOwnsAsync(World, $"two{npm}", npm, package);
        using var checkout = new TemporaryFolder();
        new SamplePackage(package, "1.1.0").WriteTo(checkout.Path);

        var staged = (await casey.RunAsync(checkout.Path, "stage", "publish")).ShouldSucceed();
        var listed = JsonNode.Parse((await casey.RunAnywhereAsync("stage", "list", package, "--json")).ShouldSucceed().Output)!;
        var id = (string)listed[0]!["id"]!;
        var shown = (await one.Client.RunAnywhereAsync("stage", "view", id)).ShouldSucceed();
        var downloaded = (await one.Client.RunAnywhereAsync("stage", "download", id)).ShouldSucceed();
        var own = await casey.RunAnywhereAsync("stage", "approve", id);
        var first = await one.Client.RunAnywhereAsync("stage", "approve", id, $"--otp={await one.App.NextAsync()}");
        var between = await World.VersionsAsync(package);
        (await two.Client.RunAnywhereAsync("stage", "approve", id, $"--otp={await two.App.NextAsync()}")).ShouldSucceed();

        Assert.Contains(id, staged.Output + staged.Errors, StringComparison.Ordinal);
        Assert.Contains("casey (user)", shown.Output, StringComparison.Ordinal);
        Assert.Contains("waiting", shown.Output, StringComparison.Ordinal);
        Assert.Contains($"acme-staged-{npm}-1.1.0-{id}.tgz", downloaded.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, own.ExitCode);
        Assert.Contains("You staged", own.Errors, StringComparison.Ordinal);
        Assert.NotEqual(0, first.ExitCode);
        Assert.Contains("1 more approval", first.Errors, StringComparison.Ordinal);
        Assert.Equal(["1.0.0"], between);
        Assert.Equal(["1.0.0", "1.1.0"], await World.VersionsAsync(package));
    }

    [Theory]
    [MemberData(nameof(Npms))]
    public async Task A_rejected_version_is_free_again_with(string npm)
    {
        var package = $"@acme/rejected-{npm}";
        await World.PublishedByMemberAsync(package, "1.0.0");
        using var casey = await NpmAsync(npm, World.MemberToken);
        using var checkout = new TemporaryFolder();
        new SamplePackage(package, "1.1.0").WriteTo(checkout.Path);
        (await casey.RunAsync(checkout.Path, "stage", "publish")).ShouldSucceed();
        var listed = JsonNode.Parse((await casey.RunAnywhereAsync("stage", "list", package, "--json")).ShouldSucceed().Output)!;
        var taken = await casey.RunAsync(checkout.Path, "publish", "--tag=next");

        (await casey.RunAnywhereAsync("stage", "reject", (string)listed[0]!["id"]!)).ShouldSucceed();
        (await casey.RunAsync(checkout.Path, "publish", "--tag=next")).ShouldSucceed();

        Assert.Contains("waits for approval", taken.Errors, StringComparison.Ordinal);
        Assert.Equal(["1.0.0", "1.1.0"], await World.VersionsAsync(package));
    }

    [Theory]
    [MemberData(nameof(Npms))]
    public async Task A_monorepo_that_a_run_staged_is_approved_at_once_with(string npm)
    {
        string[] packages = [$"@stages{npm}/one", $"@stages{npm}/two"];
        foreach (var package in packages)
        {
            using var root = await NpmAsync(npm, World.AdministratorToken);
            (await root.RunAnywhereAsync("trust", "github", package, "--file", "publish.yml", "--repo", "octo-org/stages", "--allow-stage-publish", "--yes")).ShouldSucceed();
        }
        using var job = await NpmAsync(npm);
        using var checkout = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(checkout.Path, "package.json"), """{"name":"stages","private":true,"workspaces":["one","two"]}""", TestContext.Current.CancellationToken);
        foreach (var package in packages)
        {
            var part = Directory.CreateDirectory(Path.Combine(checkout.Path, package.Split('/')[1])).FullName;
            new SamplePackage(package, "1.0.0").WriteTo(part);
        }

        var run = Ci.StartGithub(new JsonObject { ["repository"] = "octo-org/stages", ["run_id"] = $"77{npm}" });
        (await job.RunAsync(checkout.Path, run, "stage", "publish", "--workspaces")).ShouldSucceed();
        using var one = await Colleague.WhoAdministersAsync(World, $"setone{npm}", npm);
        using var two = await Colleague.WhoAdministersAsync(World, $"settwo{npm}", npm);
        var listed = JsonNode.Parse((await one.Client.RunAnywhereAsync("stage", "list", packages[0], "--json")).ShouldSucceed().Output)!;
        var set = (string)listed[0]!["releaseSet"]!;
        await one.SendAsync(World, HttpMethod.Post, $"-/assay/v1/release-sets/{set}/approve", System.Net.HttpStatusCode.Conflict);
        await two.SendAsync(World, HttpMethod.Post, $"-/assay/v1/release-sets/{set}/approve", System.Net.HttpStatusCode.Created);

        Assert.Equal("trusted automation", (string?)listed[0]!["actorType"]);
        foreach (var package in packages)
        {
            var versions = await World.Http.VersionsAsync(package, World.AdministratorToken);
            Assert.Equal("github", (string?)versions["1.0.0"]!["_npmUser"]!["trustedPublisher"]!["id"]);
        }
    }

    private Task<PackageManager> NpmAsync(string version, string? token = null) => PackageManager.CreateAsync(
        version == "12" ? PinnedClient.Npm12 : PinnedClient.Npm,
        [$"registry={World.Server.Url}", .. token is null ? [] : new[] { PackageManager.TokenLine(World.Server.Url, token) }]);
}
