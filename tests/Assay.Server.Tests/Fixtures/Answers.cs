using System.Net;
using System.Text.Json.Nodes;

namespace Assay.Server.Tests.Fixtures;

/// <summary>What tests ask of answers.</summary>
internal static class AnswerExtensions
{
    public static async Task<JsonObject> JsonAsync(this HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();

    public static async Task<JsonObject> ShouldBeAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"expected {status}, got {response.StatusCode}: {text}");
        return text.Length == 0 ? [] : JsonNode.Parse(text) as JsonObject ?? [];
    }

    /// <summary>Refused with this code, with the same text for every client, and with none of the headers that would hide it.</summary>
    public static async Task<string> ShouldBeRefusedAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var body = await response.ShouldBeAsync(status);
        Assert.Equal(code, (string?)body["code"]);
        Assert.Equal((string?)body["error"], (string?)body["message"]);
        Assert.Equal((string?)body["error"], (string?)body["body"]!["message"]);
        Assert.Empty(response.Headers.WwwAuthenticate);
        return (string)body["error"]!;
    }

    public static string Notice(this HttpResponseMessage response) =>
        response.Headers.TryGetValues("npm-notice", out var values) ? string.Join(" ", values) : "";
}
