using System.Collections.Frozen;
using System.Diagnostics;
using Assay.Server.Data;
using Assay.Server.Operations;

namespace Assay.Server.Hosting.Telemetry;

/// <summary>
/// A span around each request, by its route. The framework's own spans are not sent: they have the path, and that of a logout holds a token, that of a
/// sign-in page its secret, and all others name packages.
/// </summary>
internal sealed class TracedRequests(RequestDelegate next)
{
    private static readonly FrozenSet<string> Methods = FrozenSet.ToFrozenSet(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], StringComparer.Ordinal);

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.Value?.Contains(HealthEndpoints.Prefix, StringComparison.Ordinal) == true)
        {
            await next(context);
            return;
        }
        using var span = Start();
        await next(context);
        if (span is not null)
        {
            Describe(span, context);
        }
    }

    // The framework's span is never sent, so it cannot be the parent; a caller's own trace goes on.
    private static Activity? Start()
    {
        var parent = Activity.Current is { HasRemoteParent: true } hosting
            ? new ActivityContext(hosting.TraceId, hosting.ParentSpanId, hosting.ActivityTraceFlags, isRemote: true)
            : default;
        Activity.Current = null;
        return TelemetrySource.Activities.StartActivity("request", ActivityKind.Server, parent);
    }

    private static void Describe(Activity span, HttpContext context)
    {
        var method = Methods.Contains(context.Request.Method) ? context.Request.Method : "_OTHER";
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
        span.DisplayName = $"{method} {route}";
        span.SetTag("http.request.method", method);
        span.SetTag("http.route", route);
        span.SetTag("http.response.status_code", context.Response.StatusCode);
        if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
