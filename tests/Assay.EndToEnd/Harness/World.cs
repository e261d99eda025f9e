using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.Server.Tests.Fixtures;

[assembly: AssemblyFixture(typeof(Assay.EndToEnd.Harness.SharedWorld))]

namespace Assay.EndToEnd.Harness;

/// <summary>A registry, the CI systems it trusts, an administrator and a member.</summary>
internal sealed class World : IAsyncDisposable
{
    public const string Administrator = "root";
    public const string Member = "casey";
    private readonly TemporaryFolder folder = new();
    private readonly ConcurrentDictionary<string, Lazy<Task>> done = new();

    private readonly string[] options;

    private World(CiSimulatorHost ci, string[] options)
    {
        Ci = ci;
        this.options = options;
    }

    public CiSimulatorHost Ci { get; }

    public ServerProcess Server { get; private set; } = null!;

    public RegistryClient Http { get; private set; } = null!;

    public string AdministratorToken { get; private set; } = null!;

    public string MemberToken { get; private set; } = null!;

    public static string PasswordOf(string name) => $"the long password of {name}";

    /// <summary>For a test in which one account changes a few packages as often as nobody would in earnest.</summary>
    public static string[] Unhindered { get; } = ["--Assay:Limits:ChangesPerAccount=0", "--Assay:Limits:ChangesPerPackage=0"];

    public static Task<World> StartAsync(params string[] options) => StartAtAsync("/", options);

    /// <summary>One whose public URL has this path.</summary>
    public static Task<World> StartAtAsync(string path, params string[] options) => StartAsync(path, isEmpty: false, options);

    /// <summary>As it is before anybody has come: no person, no issuer, and a setup code in the server's log.</summary>
    public static Task<World> StartEmptyAsync() => StartAsync("/", isEmpty: true, Unhindered);

    private static async Task<World> StartAsync(string path, bool isEmpty, string[] options)
    {
        var world = new World(await CiSimulatorHost.StartAsync(), options);

        try
        {
            world.Server = await ServerProcess.StartAsync(world.folder.Path, new Uri($"http://localhost:{FreePort.Next()}{path}"), options);
            world.Http = new RegistryClient(world.Server.Url);
            await (isEmpty ? Task.CompletedTask : world.FurnishAsync());
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }

        return world;
    }

    /// <summary>Another start of the server on the same data and port.</summary>
    public async Task RestartAsync()
    {
        await Server.DisposeAsync();
        Server = await ServerProcess.StartAsync(folder.Path, Server.Url, options);
    }

    /// <summary>Somebody more, with the password that everybody here has.</summary>
    public async Task AddPersonAsync(string name, params string[] options) =>
        (await Server.AdminAsync(
            PasswordOf(name) + "\n", ["user", "add", name, "--email", $"{name}@example.test", "--password-stdin", .. options])).ShouldSucceed();

    public Task<PackageManager> AdministratorAsync() => PackageManager.NpmAsync(Server.Url, AdministratorToken);

    public Task<PackageManager> MemberAsync() => PackageManager.NpmAsync(Server.Url, MemberToken);

    /// <summary>npm without any token in any file: in a CI job, or before its user has signed in.</summary>
    public Task<PackageManager> JobAsync() => PackageManager.NpmAsync(Server.Url);

    /// <summary><c>npm trust</c> as the administrator runs it.</summary>
    public async Task<Finished> TrustAsync(string provider, string package, params string[] options)
    {
        using var npm = await AdministratorAsync();

        return (await npm.RunAnywhereAsync(["trust", provider, package, .. options, "--allow-publish", "--yes"])).ShouldSucceed();
    }

    public Task<Finished> TrustGithubAsync(string package, string repository, params string[] options) =>
        TrustAsync("github", package, ["--file", "publish.yml", "--repo", repository, .. options]);

    /// <summary>Ends every policy of the package itself.</summary>
    public async Task RevokeTrustAsync(string package)
    {
        var policies = await Http.CallAsync(HttpMethod.Get, $"-/assay/v1/policies?target={Uri.EscapeDataString(package)}", AdministratorToken);
        foreach (var policy in policies["policies"]!.AsArray())
        {
            await Http.CallAsync(HttpMethod.Delete, $"-/assay/v1/policies/{policy!["id"]}", AdministratorToken);
        }
    }

    /// <summary>Stock <c>npm publish</c> in a job with these variables.</summary>
    public async Task<Finished> PublishAsync(SamplePackage package, IReadOnlyDictionary<string, string> job, params string[] options)
    {
        using var npm = await JobAsync();
        using var checkout = new TemporaryFolder();
        package.WriteTo(checkout.Path);

        return await npm.RunAsync(checkout.Path, job, ["publish", .. options]);
    }

    /// <summary>Versions that the member published themselves, without npm's detour.</summary>
    public async Task PublishedByMemberAsync(string package, params string[] versions)
    {
        foreach (var version in versions)
        {
            var sample = new SamplePackage(package, version);
            using var answer = await Http.PublishAsync(sample, sample.ToTarball(), MemberToken);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    public async Task<IEnumerable<string>> VersionsAsync(string package) =>
        (await Http.VersionsAsync(package, MemberToken)).Select(version => version.Key);

    /// <summary>A package whose policy has had its first success, so that the project's ids are pinned; made once for all tests that share it.</summary>
    public Task PublishedOnceAsync(string package, JsonObject claims, params string[] options) =>
        OnceAsync(package, () => PublishFirstAsync(package, claims, options));

    /// <summary>Something that several tests rest on, done by the first of them.</summary>
    public Task OnceAsync(string name, Func<Task> act) => done.GetOrAdd(name, _ => new Lazy<Task>(act)).Value;

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();

        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        await Ci.DisposeAsync();
        folder.Dispose();
    }

    private async Task PublishFirstAsync(string package, JsonObject claims, string[] options)
    {
        await TrustGithubAsync(package, (string)claims["repository"]!, options);
        (await PublishAsync(new SamplePackage(package, "1.0.0"), Ci.StartGithub(claims))).ShouldSucceed();
    }

    private async Task FurnishAsync()
    {
        await AddPersonAsync(Administrator, "--admin");
        await AddPersonAsync(Member);
        await BindAsync("github", Ci.Github);
        await BindAsync("gitlab", Ci.Gitlab, "--const", $"config_host={Ci.GitlabConfigHost}");
        await BindAsync("circleci", Ci.Circleci);
        AdministratorToken = await Http.SignInAsync(Administrator, PasswordOf(Administrator));
        MemberToken = await Http.SignInAsync(Member, PasswordOf(Member));
    }

    private async Task BindAsync(string provider, Uri issuer, params string[] options) =>
        (await Server.AdminAsync(
            input: null,
            ["issuer", "add", provider, "--provider", provider, "--issuer", issuer.OriginalString, "--insecure-http", "--names", "*", .. options])).ShouldSucceed();
}

/// <summary>One world for the whole run, started by the first test that asks: the simulator's own tests need no server.</summary>
public sealed class SharedWorld : IAsyncLifetime
{
    private readonly Lazy<Task<World>> world = new(() => World.StartAsync());

    internal Task<World> GetAsync() => world.Value;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (world.IsValueCreated && world.Value.IsCompletedSuccessfully)
        {
            await (await world.Value).DisposeAsync();
        }
    }
}
