using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.TrustedPublishing.Fixtures;

/// <summary>What these tests ask of answers.</summary>
internal static class TrustAnswers
{
    // npm prints the header as it is; GitHub's log obeys lines with two colons, and proxies drop long headers.
    private const int LongestNotice = 1100;

    public static async Task<JsonArray> ArrayAsync(this HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsArray();

    public static async Task ShouldBeCreatedAsync(this HttpResponseMessage response) =>
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync());

    /// <summary>Refused with this code, and said so where stock clients show it: in the body and in a notice fit for a log line.</summary>
    public static async Task<string> ShouldExplainAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var text = await response.ShouldBeRefusedAsync(status, code);
        response.ShouldHaveNotice(code);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        return text;
    }

    public static void ShouldHaveNotice(this HttpResponseMessage response, string code)
    {
        var notice = response.Notice();
        Assert.EndsWith($" [{code}]", notice, StringComparison.Ordinal);
        Assert.All(notice, character => Assert.InRange(character, ' ', '~'));
        Assert.DoesNotContain("::", notice, StringComparison.Ordinal);
        Assert.InRange(notice.Length, 1, LongestNotice);
    }
}
