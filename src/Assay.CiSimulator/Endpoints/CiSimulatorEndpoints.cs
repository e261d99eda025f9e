using System.Text.Json;

namespace Assay.CiSimulator.Endpoints;

internal static class CiSimulatorEndpoints
{
    public static void Map(WebApplication app, Func<CiSimulatorHost> host)
    {
        app.Use(AnswerMistakesAsync);
        app.UseRouting();
        app.MapGithub(host);
        app.MapGitlab(host);
        app.MapCircleci(host);
        app.MapAny(host);
        app.MapPost("/keys/rotate", (bool keepOlder = true) => host().RotateKeys(keepOlder));
    }

    private static async Task AnswerMistakesAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception mistake) when (mistake is JsonException or FormatException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(mistake.Message, context.RequestAborted);
        }
    }
}
