using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Assay.Server.Tests.Fixtures;

/// <summary>What came to the collector: where to, with which credential, and the bytes as text, in which names and values stand as they are.</summary>
internal sealed record Export(string Path, string Authorization, string ContentType, string Text);

/// <summary>Stands in for a collector that takes OTLP over HTTP.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Export> exports = new();

    private OtlpReceiver(WebApplication app, int port)
    {
        this.app = app;
        Url = new Uri($"http://localhost:{port}/");
    }

    public Uri Url { get; }

    public IReadOnlyCollection<Export> Exports => exports;

    public static async Task<OtlpReceiver> StartAsync()
    {
        var port = FreePort.Next();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        var receiver = new OtlpReceiver(builder.Build(), port);
        receiver.app.Run(receiver.TakeAsync);
        await receiver.app.StartAsync();
        return receiver;
    }

    public string All(string path) => string.Concat(exports.Where(export => export.Path == path).Select(export => export.Text));

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        exports.Enqueue(new Export(
            context.Request.Path, context.Request.Headers.Authorization.ToString(), context.Request.ContentType ?? "", Encoding.Latin1.GetString(body.ToArray())));
        context.Response.ContentType = "application/x-protobuf";
    }
}
