using System.Text.Json.Nodes;

namespace Assay.Server.Answers;

/// <summary>
/// An error in the one shape that every client shows: npm 11 and Yarn read <c>error</c>, npm 12 also <c>message</c>,
/// pnpm's exchange <c>body.message</c>. <c>www-authenticate</c> is set only to ask for a one-time password (<see cref="JsonAnswer.AsksForCode"/>), because npm would hide
/// the text behind anything else in it.
/// </summary>
internal static class NpmError
{
    public static JsonAnswer BadRequest(string text, string code = "bad-request") => With(StatusCodes.Status400BadRequest, code, text);

    public static JsonAnswer Unauthorized(string text, string code = "authentication-required") => With(StatusCodes.Status401Unauthorized, code, text);

    public static JsonAnswer Forbidden(string text, string code = "forbidden") => With(StatusCodes.Status403Forbidden, code, text);

    public static JsonAnswer NotFound(string text, string code = "not-found") => With(StatusCodes.Status404NotFound, code, text);

    public static JsonAnswer Conflict(string text, string code = "conflict") => With(StatusCodes.Status409Conflict, code, text);

    public static JsonAnswer TooLarge(string text, string code = "too-large") => With(StatusCodes.Status413PayloadTooLarge, code, text);

    public static JsonAnswer With(int status, string code, string text, string? notice = null, TimeSpan? retryAfter = null) =>
        new(status, Body(code, text))
        {
            Notice = notice,
            RetryAfter = retryAfter,
        };

    /// <summary>The shape alone, for an error that says more than its text.</summary>
    public static JsonObject Body(string code, string text) => new()
    {
        ["error"] = text,
        ["message"] = text,
        ["code"] = code,
        ["body"] = new JsonObject { ["message"] = text },
    };
}
