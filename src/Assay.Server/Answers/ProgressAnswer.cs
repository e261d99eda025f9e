using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Assay.Server.Answers;

/// <summary>How far a long piece of work is: counted units, of how many when that is known, and what they are.</summary>
internal readonly record struct Progress(long Done, long? Of, string Unit);

/// <summary>
/// The answer to an operator's command that takes long, a JSON object a line: <c>{"done":…,"of":…,"unit":…}</c> while it works, at last what
/// <see cref="JsonAnswer.Lines"/> has, or <c>{"error":…}</c>. Whoever hangs up stops the work.
/// </summary>
internal sealed partial class ProgressAnswer(Func<IProgress<Progress>, CancellationToken, Task<ProgressOutcome>> work, TimeProvider time) : IResult
{
    public const string ContentType = "application/x-ndjson";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = ContentType;
        httpContext.Response.Headers.CacheControl = "no-store";
        var logger = httpContext.RequestServices.GetRequiredService<ILogger<ProgressAnswer>>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted);
        var latest = new Latest();
        var working = Task.Run(() => WorkAsync(latest, logger, stop.Token), CancellationToken.None);
        try
        {
            await ShowAsync(httpContext.Response, working, latest, stop.Token);
        }
        finally
        {
            // A host that ran for this command alone takes the work's services away with its last request.
            await stop.CancelAsync();
            await working;
        }
    }

    // It never throws: the answer has begun, and whoever asked may be gone.
    private async Task<ProgressOutcome> WorkAsync(Latest latest, ILogger logger, CancellationToken stop)
    {
        try
        {
            return await work(latest, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ProgressOutcome.Failed("It was stopped.");
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            var incident = RandomNumberGenerator.GetHexString(12, lowercase: true);
            Unexpected(logger, failure, incident);
            return ProgressOutcome.Failed($"Something went wrong in the registry, and it was logged as incident {incident}.");
        }
    }

    private async Task ShowAsync(HttpResponse response, Task<ProgressOutcome> working, Latest latest, CancellationToken stop)
    {
        while (!working.IsCompleted)
        {
            stop.ThrowIfCancellationRequested();
            await WriteAsync(response, latest.Take(), stop);
            await Task.WhenAny(working, Task.Delay(Pause, time, stop));
        }
        await WriteAsync(response, latest.Take(), stop);
        await WriteAsync(response, (await working).ToJson(), stop);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Incident {Incident}")]
    private static partial void Unexpected(ILogger logger, Exception failure, string incident);

    private static async Task WriteAsync(HttpResponse response, JsonObject? line, CancellationToken cancellationToken)
    {
        if (line is not null)
        {
            await response.WriteAsync(line.ToJsonString() + "\n", cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }
    }

    // Work can be faster than a terminal: only the newest state is shown.
    private sealed class Latest : IProgress<Progress>
    {
        private JsonObject? line;

        public void Report(Progress value) =>
            Volatile.Write(ref line, new JsonObject { ["done"] = value.Done, ["of"] = value.Of, ["unit"] = value.Unit });

        public JsonObject? Take() => Interlocked.Exchange(ref line, null);
    }
}

/// <summary>How the work ended: lines to print, whether the command fails with them, or why it could not be done at all.</summary>
internal sealed record ProgressOutcome(IReadOnlyList<string> Lines, bool Fails = false, string? Error = null)
{
    public static ProgressOutcome Done(params IReadOnlyList<string> lines) => new(lines);

    public static ProgressOutcome Failed(string error) => new([], Fails: true, error);

    public JsonObject ToJson() => Error is { } error
        ? new JsonObject { ["error"] = error }
        : new JsonObject { ["lines"] = new JsonArray([.. Lines.Select(line => JsonValue.Create(line))]), ["fails"] = Fails };
}
