using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Assay.Server.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Assay.EndToEnd.Harness;

/// <summary>Serves files from memory, by their path as people read it: a scope's slash may come escaped or not.</summary>
internal sealed class StaticHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> files = new();
    private readonly ConcurrentQueue<string> asked = new();

    private StaticHost(WebApplication app, Uri url)
    {
        this.app = app;
        Url = url;
    }

    public Uri Url { get; }

    public IReadOnlyCollection<string> Asked => asked;

    /// <summary>With a certificate, over TLS.</summary>
    public static async Task<StaticHost> StartAsync(X509Certificate2? certificate = null)
    {
        var port = FreePort.Next();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var host = new StaticHost(builder.Build(), new Uri($"{(certificate is null ? "http" : "https")}://localhost:{port}/"));
        host.app.Run(host.AnswerAsync);
        await host.app.StartAsync();

        return host;
    }

    public void Serve(string path, ReadOnlyMemory<byte> file) => files[path] = file;

    public void Serve(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> added)
    {
        foreach (var (path, file) in added)
        {
            Serve(path, file);
        }
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = Uri.UnescapeDataString(context.Features.Get<IHttpRequestFeature>()!.RawTarget).TrimStart('/');
        asked.Enqueue(path);

        if (files.TryGetValue(path, out var file))
        {
            context.Response.ContentType = path.EndsWith(".tgz", StringComparison.Ordinal) ? "application/octet-stream" : "application/json";
            await context.Response.Body.WriteAsync(file, context.RequestAborted);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}
