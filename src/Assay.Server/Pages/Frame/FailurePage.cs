using System.Text.Encodings.Web;
using Assay.Server.Answers;

namespace Assay.Server.Pages;

/// <summary>
/// What a browser is shown when a page could not be made at all. It asks nothing of anybody: the database may be what failed. Its visitor is told the same as a client of the API.
/// </summary>
internal static class FailurePage
{
    public static Task ShowAsync(HttpContext context, JsonAnswer failure)
    {
        var response = context.Response;
        response.Clear();
        ContentPolicy.Apply(context);
        response.StatusCode = failure.Status;
        response.ContentType = "text/html; charset=utf-8";
        if (failure.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = $"{Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))}";
        }
        var text = HtmlEncoder.Default.Encode(failure.Members?["error"]?.ToString() ?? "");
        var home = HtmlEncoder.Default.Encode($"{context.Request.PathBase}/");
        return response.WriteAsync(
            $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>This did not work · Assay</title>"
            + $"<link rel=\"stylesheet\" href=\"{home}{Assets.Style}\"></head><body><main class=\"narrow\"><h1>This did not work</h1><p class=\"problem\" role=\"alert\">{text}</p>"
            + $"<p class=\"fine\">Code: <code>{HtmlEncoder.Default.Encode(failure.Code)}</code></p><p><a href=\"{home}\">Start</a></p></main></body></html>",
            context.RequestAborted);
    }
}
