using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Server.Audit;
using Assay.Server.Data;
using Assay.Server.Hosting;
using Assay.Server.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Assay.Server.Tests.Fixtures;

/// <summary>A registry in this process, with a real database and a real port, and a clock that the test moves.</summary>
internal sealed class RegistryApp : IAsyncDisposable
{
    public const string Password = "a long enough password";

    // What a password costs to guess is no matter of these tests, and there are thousands of them; none asks this machine's name servers. What is said last counts.
    private static readonly string[] UnlessSaid = ["--Assay:Identity:PasswordIterations=1000", "--Assay:Identity:EmailDomains:Check=false"];

    private readonly WebApplication app;
    private readonly bool ownsData;

    private RegistryApp(WebApplication app, StartSettings settings, Uri url, FakeTimeProvider clock, bool ownsData)
    {
        this.app = app;
        this.ownsData = ownsData;
        Settings = settings;
        Url = url;
        Clock = clock;
#pragma warning disable RS0030 // The server is in this process; the guarded fetch is inside it.
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = url };
#pragma warning restore RS0030
    }

    public StartSettings Settings { get; }

    /// <summary>The listening address; the public URL may add a path.</summary>
    public Uri Url { get; }

    public FakeTimeProvider Clock { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => app.Services;

    public string DataDirectory => Settings.DataDirectory;

    /// <summary>Starts one; the configuration is given as on the command line, <c>--Assay:Key=value</c>.</summary>
    public static async Task<RegistryApp> StartAsync(string[]? configuration = null, string? dataDirectory = null, Action<IServiceCollection>? replace = null)
    {
        var port = FreePort.Next();
        var url = new Uri($"http://localhost:{port}/");
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow()) { AutoAdvanceAmount = TimeSpan.Zero };
        var settings = new StartSettings(dataDirectory ?? await NewDataAsync(configuration ?? []), $"http://localhost:{port}", [.. UnlessSaid, .. configuration ?? []])
        {
            Replace = services =>
            {
                services.AddSingleton<TimeProvider>(clock);
                replace?.Invoke(services);
            },
        };
        var registry = new RegistryApp(RegistryHost.Build(settings), settings, url, clock, ownsData: dataDirectory is null);
        try
        {
            await Serve.StartAsync(registry.app, settings, CancellationToken.None);
            return registry;
        }
        catch
        {
            // As the program does: what a refused start had opened, the library of a token among it, must not be closed by the collector in another test.
            await registry.DisposeAsync();
            throw;
        }
    }

    private static async Task<string> NewDataAsync(string[] configuration)
    {
        var folder = Directory.CreateTempSubdirectory("assay-test-").FullName;
        if (!configuration.Any(setting => setting.StartsWith("--Assay:Database", StringComparison.Ordinal)))
        {
            await MigratedDatabase.CopyToAsync(folder);
        }
        return folder;
    }

    /// <summary>Another node of the same registry: it signs with the same keys.</summary>
    public Task<RegistryApp> JoinAsync(string[] configuration) =>
        StartAsync(
        [
            .. configuration,
            $"--Assay:Signing:KeysDirectory={Path.Combine(DataDirectory, "keys")}",
        ]);

    /// <summary>A person with an access token.</summary>
    public async Task<string> SignedInAsync(string name, bool isAdministrator = false)
    {
        var people = Services.GetRequiredService<People>();
        Assert.Null(await people.CreateAsync(new NewPerson(name, $"{name}@example.test", Password, isAdministrator), new Actor("test", ""), CancellationToken.None));
        await using var db = Services.GetRequiredService<RegistryDbSource>().Open();
        var person = await db.People.SingleAsync(row => row.Name == name);
        var tokens = Services.GetRequiredService<AccessTokens>();
        var minted = await tokens.MintAsync(person.Id, tokens.Session("test"), new Actor("test", ""), CancellationToken.None);
        return minted!.Token.Reveal();
    }

    /// <summary>Sends a request; the path is taken as it is, without any normalisation.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? token = null, HttpContent? content = null, Action<HttpRequestHeaders>? headers = null)
    {
        var target = new Uri(Url.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(method, target) { Content = content };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        headers?.Invoke(request.Headers);
        return await Http.SendAsync(request);
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? token = null, Action<HttpRequestHeaders>? headers = null) =>
        SendAsync(HttpMethod.Get, path, token, headers: headers);

    public Task<HttpResponseMessage> PutAsync(string path, string? token, JsonNode body) => SendAsync(HttpMethod.Put, path, token, Json(body));

    public Task<HttpResponseMessage> PostAsync(string path, string? token, JsonNode? body) => SendAsync(HttpMethod.Post, path, token, Json(body));

    public Task<HttpResponseMessage> PatchAsync(string path, string? token, JsonNode body) => SendAsync(HttpMethod.Patch, path, token, Json(body));

    public Task<HttpResponseMessage> DeleteAsync(string path, string? token) => SendAsync(HttpMethod.Delete, path, token);

    public static StringContent Json(JsonNode? body) => new(body?.ToJsonString() ?? "null", Encoding.UTF8, "application/json");

    public async Task<T> ReadAsync<T>(Func<RegistryDb, Task<T>> read)
    {
        await using var db = Services.GetRequiredService<RegistryDbSource>().Open();
        return await read(db);
    }

    /// <summary>Every file below the data directory that holds bytes of packages, with its length: what "disk unchanged" compares.</summary>
    public IReadOnlyList<string> StoredFiles() =>
    [
        .. new[] { "blobs", "staging" }
            .Select(folder => Path.Combine(DataDirectory, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Select(file => $"{file} {new FileInfo(file).Length}")
            .Order(StringComparer.Ordinal),
    ];

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (ownsData)
        {
            Directory.Delete(DataDirectory, recursive: true);
        }
    }
}
