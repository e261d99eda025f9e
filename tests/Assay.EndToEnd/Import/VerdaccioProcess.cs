using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;
using Assay.Server.Tests.Fixtures;

namespace Assay.EndToEnd.Import;

/// <summary>A real Verdaccio with a storage folder of its own, and nothing but what is published into it.</summary>
internal sealed class VerdaccioProcess : IAsyncDisposable
{
    private const string Settings = """
        storage: ./storage
        auth:
          htpasswd:
            file: ./htpasswd
        uplinks: {}
        packages:
          '**':
            access: $authenticated
            publish: $authenticated
        log: { type: stdout, level: warn }
        """;

    private readonly TemporaryFolder folder = new();
    private readonly Process process;

    private VerdaccioProcess(Process process, Uri url) => (this.process, Url) = (process, url);

    public Uri Url { get; }

    public string Storage => Path.Combine(folder.Path, "storage");

    public string Token { get; private set; } = "";

    public static async Task<VerdaccioProcess> StartAsync()
    {
        var command = await PinnedClient.Verdaccio.InstalledAsync();
        var url = new Uri($"http://localhost:{FreePort.Next()}/");
        var process = new Process();
        var verdaccio = new VerdaccioProcess(process, url);
        await File.WriteAllTextAsync(Path.Combine(verdaccio.folder.Path, "config.yaml"), Settings);
        process.StartInfo = Command.Describe(
            command[0], [.. command.Skip(1), "-c", "config.yaml", "-l", $"localhost:{url.Port}"], verdaccio.folder.Path, new Dictionary<string, string> { ["HOME"] = verdaccio.folder.Path });
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await verdaccio.SignInAsync();

        return verdaccio;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
        folder.Dispose();
    }

    private async Task SignInAsync()
    {
#pragma warning disable RS0030 // Another process on loopback.
        using var http = new HttpClient { BaseAddress = Url };
#pragma warning restore RS0030
        var person = new JsonObject { ["name"] = "robin", ["password"] = "a long enough password", ["email"] = "robin@there.test" };
        var began = Stopwatch.GetTimestamp();

        while (true)
        {
            try
            {
                using var answer = await http.PutAsJsonAsync("-/user/org.couchdb.user:robin", person, TestContext.Current.CancellationToken);
                var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
                Assert.True(answer.IsSuccessStatusCode, body.ToJsonString());
                Token = (string)body["token"]!;

                return;
            }
            catch (HttpRequestException)
            {
                Assert.False(process.HasExited || Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(60), "Verdaccio does not start.");
                await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
            }
        }
    }
}
