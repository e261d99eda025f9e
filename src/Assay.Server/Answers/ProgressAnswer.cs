using System.Text.Json.Nodes;

namespace Assay.Server.Answers;

/// <summary>How far a long piece of work is: counted units, of how many when that is known, and what they are.</summary>
internal readonly record struct Progress(long Done, long? Of, string Unit);

/// <summary>
/// The answer to an operator's command that takes long, a JSON object a line: <c>{"done":…,"of":…,"unit":…}</c> while it works, at last what
/// <see cref="JsonAnswer.Lines"/> has, or <c>{"error":…}</c>. Whoever hangs up stops the work.
/// </summary>
internal sealed class ProgressAnswer(Func<IProgress<Progress>, CancellationToken, Task<ProgressOutcome>> work, TimeProvider time) : IResult
{
    public const string ContentType = "application/x-ndjson";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, stop) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        var latest = new Latest();
        var working = Task.Run(() => work(latest, stop), stop);
        while (!working.IsCompleted)
        {
            await WriteAsync(response, latest.Take(), stop);
            await Task.WhenAny(working, Task.Delay(Pause, time, stop));
        }
        var outcome = await working;
        await WriteAsync(response, latest.Take(), stop);
        await WriteAsync(response, outcome.ToJson(), stop);
    }

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
