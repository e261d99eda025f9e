using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Hosting.Pipeline;
using Assay.Server.Hosting.Telemetry;
using Assay.Server.Operations;
using Microsoft.Extensions.Options;

namespace Assay.Server.Hosting;

/// <summary>What happens to every request before its endpoint, in order.</summary>
internal static class RegistryPipeline
{
    public static void Use(WebApplication app, ServerOptions server)
    {
        if (app.Services.GetRequiredService<IOptions<TelemetryOptions>>().Value.IsOn)
        {
            app.UseMiddleware<TracedRequests>();
        }
        app.UseMiddleware<ErrorEdge>();
        if (server.TrustedProxies.Count > 0)
        {
            app.UseForwardedHeaders();
        }
        app.Use((context, next) =>
        {
            PackagePath.Canonicalise(context);
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return next(context);
        });
        if (app.Services.GetRequiredService<PublicUrl>().PathBase.Length > 0)
        {
            app.UseMiddleware<PathPrefix>();
        }
        if (app.Services.GetRequiredService<IChangeFeed>() is SharedChanges shared)
        {
            // Every request sees what any node acknowledged before it came in.
            app.Use(async (context, next) =>
            {
                // Health is about this node: it has to be told of a database that does not answer.
                if (!context.Request.Path.StartsWithSegments(HealthEndpoints.Prefix, StringComparison.Ordinal))
                {
                    await shared.CatchUpAsync(context.RequestAborted);
                }
                await next(context);
            });
        }
        app.UseRouting();
        app.UseMiddleware<LimitRequests>();
    }
}
