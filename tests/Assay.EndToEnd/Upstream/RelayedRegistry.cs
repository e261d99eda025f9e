using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Assay.EndToEnd.Harness;
using Assay.Server.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Assay.EndToEnd.Upstream;

/// <summary>A registry behind a door of ours that can be shut, with its tarballs behind the same door.</summary>
internal sealed class RelayedRegistry : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpMessageInvoker outside = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, UseCookies = false });
    private readonly ConcurrentQueue<string> asked = new();
    private readonly ConcurrentQueue<string> posted = new();
    private readonly Uri behind;

    private RelayedRegistry(WebApplication app, Uri url, Uri behind)
    {
        this.app = app;
        this.behind = behind;
        Url = url;
    }

    public Uri Url { get; }

    public IReadOnlyCollection<string> Asked => asked;

    /// <summary>Shut, every connection is cut.</summary>
    public bool IsShut { get; set; }

    /// <summary>Bodies of what was posted.</summary>
    public IReadOnlyCollection<string> Posted => posted;

    /// <summary>The registry that this machine's npm uses.</summary>
    public static async Task<RelayedRegistry> StartAsync() =>
        await StartAsync(new Uri((await Command.RunAsync("npm", ["config", "get", "registry"], "/")).ShouldSucceed().Output.Trim()));

    public static async Task<RelayedRegistry> StartAsync(Uri behind)
    {
        var port = FreePort.Next();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        var registry = new RelayedRegistry(builder.Build(), new Uri($"http://localhost:{port}/"), behind);
        registry.app.Run(registry.AnswerAsync);
        await registry.app.StartAsync();

        return registry;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        outside.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget.TrimStart('/');
        asked.Enqueue(target);

        if (IsShut)
        {
            context.Abort();

            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(behind, target));
        request.Headers.TryAddWithoutValidation("Authorization", context.Request.Headers.Authorization.ToString());

        if (context.Request.Method == HttpMethods.Post)
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            posted.Enqueue(body);
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await outside.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();

        if (target.EndsWith(".tgz", StringComparison.Ordinal))
        {
            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        else
        {
            var text = await response.Content.ReadAsStringAsync(context.RequestAborted);
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text.Replace(behind.AbsoluteUri, Url.AbsoluteUri, StringComparison.Ordinal)), context.RequestAborted);
        }
    }
}
