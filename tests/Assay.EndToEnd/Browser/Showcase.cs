using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;
using Assay.EndToEnd.People;

[assembly: AssemblyFixture(typeof(Assay.EndToEnd.Browser.Showcase))]

namespace Assay.EndToEnd.Browser;

/// <summary>A furnished registry, and where in it things with ids of their own are.</summary>
internal sealed record Furnished(World World, IReadOnlyDictionary<string, string> Ids) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => World.DisposeAsync();
}

/// <summary>
/// A registry as it looks after a few weeks: packages from CI and by hand, refused runs, something waiting for people. Its own world, because what all pages show should not depend
/// on what other tests do meanwhile. Tests look at it and change nothing; whoever changes something makes a world of their own.
/// </summary>
public sealed class Showcase : IAsyncLifetime
{
    public const string Package = "@acme/rocket";
    public const string ByHand = "@acme/launchpad";

    private const string Repository = "acme/rocket";

    private const string Readme = """
        # Rocket

        Brings **things** up, and some of them down again.

        ## Use

        ```js
        import { launch } from '@acme/rocket';

        await launch({ from: 'pad 39A', with: ['fuel', 'patience'] });
        ```

        | Stage | Thrust | Burns for |
        |---|---:|---:|
        | first | 7.6 MN | 162 s |
        | second | 0.9 MN | 397 s |

        - [x] goes up
        - [ ] comes down [where it should](docs/landing.md)

        > A launch that is scrubbed is no failure.
        """;

    private readonly Lazy<Task<Furnished>> furnished = new(FurnishAsync);

    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> signedIn = new();

    internal Task<Furnished> GetAsync() => furnished.Value;

    /// <summary>What the browser of that person keeps; they sign in once.</summary>
    internal Task<string> SignedInAsync(SharedChromium chromium, string person) => signedIn.GetOrAdd(person, name => new Lazy<Task<string>>(async () =>
    {
        await using var visit = await Visit.BeginAsync(chromium, (await GetAsync()).World.Server.Url);
        await visit.SignInAsync(name);

        return await visit.KeptAsync();
    })).Value;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (furnished.IsValueCreated && furnished.Value.IsCompletedSuccessfully)
        {
            await (await furnished.Value).DisposeAsync();
        }
    }

    private static async Task<Furnished> FurnishAsync()
    {
        var world = await World.StartAsync(World.Unhindered);
        (await world.Server.AdminAsync(input: null, "org", "add", "acme", "--owner", World.Member)).ShouldSucceed();
        await PublishFromCiAsync(world);
        await PublishByHandAsync(world);
        var ids = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["stage"] = await StageByHandAsync(world),
            ["set"] = await StageFromCiAsync(world),
            ["attempt"] = await RefusedAttemptAsync(world),
        };
        using var npm = await Organisation.NpmAsync(world, "12", world.MemberToken);
        (await npm.RunAnywhereAsync("team", "create", "@acme:crew")).ShouldSucceed();
        await FillListsAsync(world, npm);

        return new Furnished(world, ids);
    }

    /// <summary>Versions with provenance, and a run of another repository that was refused.</summary>
    private static async Task PublishFromCiAsync(World world)
    {
        await world.TrustGithubAsync(Package, Repository);
        foreach (var version in new[] { "1.0.0", "1.1.0" })
        {
            var sample = new SamplePackage(Package, version) { Description = "Brings things up", Readme = Readme, Repository = $"git+https://github.com/{Repository}.git" };
            (await world.PublishAsync(sample, world.Ci.StartGithub(new JsonObject { ["repository"] = Repository }))).ShouldSucceed();
        }
        var foreign = await world.PublishAsync(new SamplePackage(Package, "1.2.0"), world.Ci.StartGithub(new JsonObject { ["repository"] = "mallory/rocket" }));
        Assert.NotEqual(0, foreign.ExitCode);
    }

    private static async Task PublishByHandAsync(World world)
    {
        foreach (var version in new[] { "0.9.0", "1.0.0" })
        {
            var sample = new SamplePackage(ByHand, version) { Description = "Where rockets stand", Needs = Package };
            using var answer = await world.Http.PublishAsync(sample, sample.ToTarball(), world.MemberToken);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    private static async Task<string> StageByHandAsync(World world)
    {
        using var npm = await Organisation.NpmAsync(world, "12", world.MemberToken);
        using var checkout = new TemporaryFolder();
        new SamplePackage(ByHand, "1.1.0") { Description = "Where rockets stand", Needs = Package, InstallScript = "node build.js" }.WriteTo(checkout.Path);
        (await npm.RunAsync(checkout.Path, "stage", "publish")).ShouldSucceed();

        return (string)(await StagesAsync(npm, ByHand))[0]!["id"]!;
    }

    /// <summary>Two packages of one run, which are a set.</summary>
    private static async Task<string> StageFromCiAsync(World world)
    {
        var run = world.Ci.StartGithub(new JsonObject { ["repository"] = "acme/parts", ["run_id"] = "7712" });
        foreach (var package in new[] { "@acme/fins", "@acme/nose" })
        {
            using var root = await Organisation.NpmAsync(world, "12", world.AdministratorToken);
            (await root.RunAnywhereAsync("trust", "github", package, "--file", "publish.yml", "--repo", "acme/parts", "--allow-stage-publish", "--yes")).ShouldSucceed();
            using var job = await Organisation.NpmAsync(world, "12", token: null);
            using var checkout = new TemporaryFolder();
            new SamplePackage(package, "1.0.0").WriteTo(checkout.Path);
            (await job.RunAsync(checkout.Path, run, "stage", "publish")).ShouldSucceed();
        }
        using var npm = await Organisation.NpmAsync(world, "12", world.AdministratorToken);

        return (string)(await StagesAsync(npm, "@acme/fins"))[0]!["releaseSet"]!;
    }

    /// <summary>A row in each list, so that what is done to a row is looked at too. Last, so that entries of the log keep their numbers.</summary>
    private static async Task FillListsAsync(World world, PackageManager member)
    {
        (await member.RunAnywhereAsync(
            "token", "create", "--name=mirror", $"--password={World.PasswordOf(World.Member)}", "--packages=@acme/rocket", "--packages-and-scopes-permission=read-only")).ShouldSucceed();
        await world.Http.CallAsync(
            HttpMethod.Post, $"-/assay/v1/package/{RegistryClient.Escape(ByHand)}/reports", world.MemberToken,
            new JsonObject { ["kind"] = "vulnerability", ["text"] = "Its install script runs whatever build.js says." });
        // There is no such host: its deliveries wait to be tried again.
        string[][] commands =
        [
            ["webhook", "add", "https://hooks.example.test/assay", "--events", "advisory.*"],
            ["advisory", "issue", ByHand, "--versions", "*", "--fixed", "1.0.0", "--severity", "high", "--summary", "evaluates its input"],
            ["freeze", "add", "--issuer", "github", "--project", "825281981", "--reason", "Mallory's"],
            ["user", "invite", "jo", "--email", "jo@example.test", "--show-link"],
        ];
        foreach (var command in commands)
        {
            (await world.Server.AdminAsync(input: null, command)).ShouldSucceed();
        }
    }

    private static async Task<JsonArray> StagesAsync(PackageManager npm, string package) =>
        JsonNode.Parse((await npm.RunAnywhereAsync("stage", "list", package, "--json")).ShouldSucceed().Output)!.AsArray();

    private static async Task<string> RefusedAttemptAsync(World world)
    {
        var attempts = await world.Http.CallAsync(HttpMethod.Get, $"-/assay/v1/package/{RegistryClient.Escape(Package)}/attempts", world.AdministratorToken);

        return attempts["attempts"]!.AsArray().First(attempt => (string?)attempt!["outcome"] == "refused")!["id"]!.ToString();
    }
}
