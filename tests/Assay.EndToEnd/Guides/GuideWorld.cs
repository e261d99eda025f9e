using Assay.CiSimulator;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Guides;

/// <summary>What the guides' tests share: the simulator, also on the socket of a Fly machine, and a registry that trusts nobody yet.</summary>
public sealed class GuideWorld : IAsyncLifetime
{
    private const string Administrator = "root";
    private readonly TemporaryFolder folder = new();
    private readonly Lazy<Task<ServerProcess>> server;
    private readonly Lazy<Task<string>> token;

    public GuideWorld()
    {
        server = new(() => ServerProcess.StartAsync(folder.Sub("data")));
        token = new(SignInAsync);
    }

    internal CiSimulatorHost Ci { get; private set; } = null!;

    internal string FlySocket => Path.Combine(folder.Path, "fly.sock");

    internal Task<ServerProcess> ServerAsync() => server.Value;

    internal Task<string> AdministratorTokenAsync() => token.Value;

    internal string Write(string file, string text)
    {
        var path = Path.Combine(folder.Path, file);
        File.WriteAllText(path, text);

        return path;
    }

    public async ValueTask InitializeAsync() =>
        Ci = await CiSimulatorHost.StartAsync(new CiSimulatorOptions { UnixSocket = FlySocket }, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (server.IsValueCreated)
        {
            await (await server.Value).DisposeAsync();
        }

        await Ci.DisposeAsync();
        folder.Dispose();
    }

    private async Task<string> SignInAsync()
    {
        var registry = await server.Value;
        var password = World.PasswordOf(Administrator);
        (await registry.AdminAsync(
            password + "\n", "user", "add", Administrator, "--email", "root@example.test", "--admin", "--password-stdin")).ShouldSucceed();
        using var http = new RegistryClient(registry.Url);

        return await http.SignInAsync(Administrator, password);
    }
}
