using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Assay.Server.Tests.Import;

/// <summary>Another registry, in this process: it says whatever a test has it say.</summary>
internal sealed class SourceRegistry : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, Func<HttpContext, Task>> answers = new();
    private readonly ConcurrentQueue<(string Path, string Authorization)> asked = new();

    private SourceRegistry(WebApplication app, Uri url)
    {
        this.app = app;
        Url = url;
    }

    public Uri Url { get; }

    public IReadOnlyCollection<(string Path, string Authorization)> Asked => asked;

    public static async Task<SourceRegistry> StartAsync(string host = "localhost")
    {
        var port = FreePort.Next();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        var source = new SourceRegistry(builder.Build(), new Uri($"http://{host}:{port}/"));
        source.app.Run(source.AnswerAsync);
        await source.app.StartAsync();
        return source;
    }

    /// <summary>The path as people read it: <c>@acme/x</c>, <c>x/-/x-1.0.0.tgz</c>.</summary>
    public void Answer(string path, Func<HttpContext, Task> answer) => answers[path] = answer;

    public void Serve(string path, byte[] bytes) => Answer(path, context => context.Response.Body.WriteAsync(bytes).AsTask());

    public void Serve(string path, JsonNode json) => Serve(path, System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()));

    /// <summary>A package with these versions, a day between each and the next; a test changes the document.</summary>
    public JsonObject Serve(string name, params TestPackage[] versions)
    {
        var document = DocumentOf(name, Url, versions);
        foreach (var version in versions)
        {
            Serve(TarballPath(name, version.Version), version.Tarball());
        }
        Serve(name, document);
        return document;
    }

    public static JsonObject DocumentOf(string name, Uri url, params TestPackage[] versions)
    {
        var time = new JsonObject { ["created"] = "2020-01-01T00:00:00.000Z", ["modified"] = "2021-01-01T00:00:00.000Z" };
        var each = new JsonObject();
        foreach (var (index, version) in versions.Index())
        {
            var tarball = version.Tarball();
            time[version.Version] = $"2020-02-{index + 1:00}T10:20:30.456Z";
            each[version.Version] = new JsonObject
            {
                ["name"] = name,
                ["version"] = version.Version,
                ["_npmUser"] = new JsonObject { ["name"] = "alice-there", ["email"] = "alice@there.test", ["trustedPublisher"] = new JsonObject { ["id"] = "github" } },
                ["dist"] = new JsonObject
                {
                    ["integrity"] = "sha512-" + Convert.ToBase64String(SHA512.HashData(tarball)),
                    ["shasum"] = Convert.ToHexStringLower(SHA1.HashData(tarball)),
                    ["tarball"] = new Uri(url, TarballPath(name, version.Version)).AbsoluteUri,
                },
            };
        }
        return new JsonObject
        {
            ["_id"] = name,
            ["name"] = name,
            ["dist-tags"] = new JsonObject { ["latest"] = versions[^1].Version },
            ["versions"] = each,
            ["time"] = time,
            ["maintainers"] = new JsonArray(new JsonObject { ["name"] = "stranger", ["email"] = "s@there.test" }),
        };
    }

    public static string TarballPath(string name, string version) => $"{name}/-/{name.Split('/')[^1]}-{version}.tgz";

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = Uri.UnescapeDataString(context.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?')[0]).TrimStart('/');
        asked.Enqueue((path, context.Request.Headers.Authorization.ToString()));
        if (answers.TryGetValue(path, out var answer))
        {
            await answer(context);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}
