using System.Collections.Concurrent;
using Assay.Server.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Assay.EndToEnd.Harness;

/// <summary>What a client asked of the registry.</summary>
internal sealed record RecordedRequest(string Method, string Target, string Bearer, string Body);

/// <summary>
/// Stands in for a registry where only what a client sends matters. It exchanges every token for the same one, and takes a publish with that one
/// alone.
/// </summary>
internal sealed class RecordingRegistry : IAsyncDisposable
{
    public const string Exchanged = "npm_exchangedByTheRecordingRegistry";
    public const string ExchangePath = "/-/npm/v1/oidc/token/exchange/package/";
    public const string ReadPath = "/-/assay/v1/oidc/exchange";

    private readonly WebApplication app;
    private readonly ConcurrentQueue<RecordedRequest> requests = new();

    private RecordingRegistry(WebApplication app, int port)
    {
        this.app = app;
        Url = new Uri($"http://localhost:{port}/");
    }

    public Uri Url { get; }

    /// <summary>Set, every exchange is refused with it.</summary>
    public string? Refusal { get; set; }

    public IReadOnlyList<RecordedRequest> Requests => [.. requests];

    public IReadOnlyList<RecordedRequest> Exchanges => [.. requests.Where(request => request.Target.StartsWith(ExchangePath, StringComparison.Ordinal))];

    public IReadOnlyList<RecordedRequest> Publishes => [.. requests.Where(request => request.Method == "PUT")];

    public static async Task<RecordingRegistry> StartAsync()
    {
        var port = FreePort.Next();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        var registry = new RecordingRegistry(builder.Build(), port);
        registry.app.Run(registry.AnswerAsync);
        await registry.app.StartAsync();

        return registry;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = await ReadAsync(context);
        requests.Enqueue(request);
        var (status, body) = request switch
        {
            { Method: "POST" } when Refusal is not null => (401, $$"""{"error":"{{Refusal}}","message":"{{Refusal}}"}"""),
            { Method: "POST", Target: ReadPath } => (201, $$"""{"token":"{{Exchanged}}"}"""),
            { Method: "POST" } when request.Target.StartsWith(ExchangePath, StringComparison.Ordinal) => (201, $$"""{"token":"{{Exchanged}}"}"""),
            { Method: "PUT", Bearer: Exchanged } => (200, """{"success":true}"""),
            { Method: "PUT" } => (401, """{"error":"not the exchanged token"}"""),
            _ => (404, """{"error":"not found"}"""),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
    }

    private static async Task<RecordedRequest> ReadAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var authorization = context.Request.Headers.Authorization.ToString();

        return new RecordedRequest(
            context.Request.Method,
            context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            authorization.StartsWith("Bearer ", StringComparison.Ordinal) ? authorization["Bearer ".Length..] : "",
            await reader.ReadToEndAsync());
    }
}
