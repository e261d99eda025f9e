using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Assay.Bench;

/// <summary>The published server on a throw-away data directory.</summary>
internal sealed class AssayServer : IAsyncDisposable
{
    private const string Password = "a password for benchmarks";

    private readonly string program;
    private readonly Process process;

    private AssayServer(string program, Process process, Uri url, string data, HttpMessageInvoker http)
    {
        this.program = program;
        this.process = process;
        Url = url;
        Data = data;
        Http = http;
    }

    public Uri Url { get; }

    // One client does the work of thousands here. Counted all the same: that is part of the cost.
    private static readonly string[] Unhindered =
        [.. new[] { "ChangesPerAccount", "ChangesPerPackage", "ExchangesPerProject", "ExchangesPerPackage" }.Select(limit => $"--Assay:Limits:{limit}=1000000")];

    public string Data { get; }

    public HttpMessageInvoker Http { get; }

    public string Token { get; private set; } = "";

    /// <summary>Resident memory in megabytes.</summary>
    public double Megabytes =>
        double.Parse(File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("VmRSS", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;

    /// <summary>Starts it; answers also how long it took to the first answer.</summary>
    public static async Task<(AssayServer Server, TimeSpan Start)> StartAsync(string program, string? data = null)
    {
        data ??= Directory.CreateTempSubdirectory("assay-bench-").FullName;
        var url = new Uri($"http://127.0.0.1:{FreePort()}/");
        var watch = Stopwatch.StartNew();
        var process = Process.Start(new ProcessStartInfo("dotnet", [program, "--urls", url.GetLeftPart(UriPartial.Authority), "--data", data, .. Unhindered]) { RedirectStandardOutput = true })!;
        _ = process.StandardOutput.ReadToEndAsync();
        var http = new HttpMessageInvoker(new SocketsHttpHandler());
        while (true)
        {
            try
            {
                using var ping = await http.SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(url, "-/ping")), CancellationToken.None);
                return (new AssayServer(program, process, url, data, http), watch.Elapsed);
            }
            catch (HttpRequestException) when (!process.HasExited && watch.Elapsed < TimeSpan.FromMinutes(1))
            {
                await Task.Delay(5);
            }
        }
    }

    public async Task SignInAsync()
    {
        await AdminAsync(Password, "user", "add", "bench", "--email", "bench@example.test", "--admin", "--password-stdin");
        var answer = await SendAsync(HttpMethod.Put, "-/user/org.couchdb.user:bench", new JsonObject { ["name"] = "bench", ["password"] = Password });
        Token = (string)answer["token"]!;
    }

    public async Task AdminAsync(string input, params string[] arguments)
    {
        using var admin = Process.Start(new ProcessStartInfo("dotnet", [program, "admin", .. arguments, "--data", Data]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await admin.StandardInput.WriteAsync(input);
        admin.StandardInput.Close();
        await admin.WaitForExitAsync();
        if (admin.ExitCode != 0)
        {
            throw new InvalidOperationException($"admin {string.Join(' ', arguments)} failed.");
        }
    }

    public async Task<JsonObject> SendAsync(HttpMethod method, string path, JsonNode body) =>
        JsonNode.Parse(await ReadAsync(method, path, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"))) as JsonObject ?? [];

    public async Task<byte[]> ReadAsync(HttpMethod method, string path, HttpContent? content = null, Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Url, path)) { Content = content };
        if (Token.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        }
        headers?.Invoke(request.Headers);
        using var response = await Http.SendAsync(request, CancellationToken.None);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return response.IsSuccessStatusCode
            ? bytes
            : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {Encoding.UTF8.GetString(bytes)}");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
