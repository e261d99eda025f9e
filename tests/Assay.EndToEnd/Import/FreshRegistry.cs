using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Import;

/// <summary>A registry with one member and nothing in it.</summary>
internal sealed class FreshRegistry : IAsyncDisposable
{
    public const string Member = "casey";
    private const string Password = "a long enough password";

    private readonly TemporaryFolder folder = new();

    public ServerProcess Server { get; private set; } = null!;

    public RegistryClient Http { get; private set; } = null!;

    public string Token { get; private set; } = null!;

    public static async Task<FreshRegistry> StartAsync()
    {
        var registry = new FreshRegistry();
        registry.Server = await ServerProcess.StartAsync(registry.folder.Path);
        registry.Http = new RegistryClient(registry.Server.Url);
        (await registry.Server.AdminAsync(
            Password + "\n", "user", "add", Member, "--email", $"{Member}@example.test", "--password-stdin")).ShouldSucceed();
        registry.Token = await registry.Http.SignInAsync(Member, Password);

        return registry;
    }

    public Task<Finished> ImportAsync(params string[] arguments) => Server.OperateAsync(input: null, ["import", "--owner", Member, .. arguments]);

    public async Task RestartAsync()
    {
        await Server.DisposeAsync();
        Server = await ServerProcess.StartAsync(folder.Path, Server.Url);
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();

        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        folder.Dispose();
    }
}
