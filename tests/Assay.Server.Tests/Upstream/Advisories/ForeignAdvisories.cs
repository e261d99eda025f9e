using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Assay.Server.Tests.Upstream.Advisories;

/// <summary>The audits of another registry, answered as the public one answers them: affected packages alone, packed where that is accepted.</summary>
internal sealed class ForeignAdvisories
{
    public const string Path = "/-/npm/v1/security/advisories/bulk";
    public const string Relayed = "--Assay:Advisories:Source=Upstream";

    private readonly Dictionary<string, JsonArray> known = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<JsonObject> asked = new();

    private ForeignAdvisories()
    {
    }

    /// <summary>Bodies in the order in which they came.</summary>
    public IReadOnlyList<JsonObject> Asked => [.. asked];

    /// <summary>What was asked, as one text.</summary>
    public string Text => string.Join('\n', Asked.Select(body => body.ToJsonString()));

    /// <summary>Answers instead, once the question was written down.</summary>
    public RequestDelegate? Instead { get; set; }

    public static ForeignAdvisories Of(ForeignRegistry registry, params IEnumerable<string> vulnerable)
    {
        var advisories = new ForeignAdvisories();
        foreach (var name in vulnerable)
        {
            advisories.known[name] = [About(name)];
        }
        registry.First = advisories.AnswerAsync;
        return advisories;
    }

    /// <summary>Settings of a second upstream, which has one scope.</summary>
    public static string[] Partner(ForeignRegistry partner) =>
        [$"--Assay:Upstream:Registries:partner:Url={partner.Url}", "--Assay:Upstream:Registries:partner:Names:0=@partner/*"];

    public static RequestDelegate Answering(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    /// <summary>An advisory with all that the public registry says of one.</summary>
    public static JsonObject About(string name) => new()
    {
        ["id"] = 1106913,
        ["url"] = "https://github.com/advisories/GHSA-35jh-r3h4-6jhm",
        ["title"] = $"Command Injection in {name}",
        ["severity"] = "high",
        ["vulnerable_versions"] = "<4.17.21",
        ["cwe"] = new JsonArray("CWE-77", "CWE-94"),
        ["cvss"] = new JsonObject { ["score"] = 7.2, ["vectorString"] = "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H" },
    };

    private async Task<bool> AnswerAsync(HttpContext context)
    {
        if (context.Request.Path != Path || context.Request.Method != HttpMethods.Post || context.Request.ContentType != "application/json")
        {
            return false;
        }
        var question = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
        asked.Enqueue(question);
        if (Instead is { } instead)
        {
            await instead(context);
            return true;
        }
        var affected = new JsonObject(question.Where(package => known.ContainsKey(package.Key)).Select(package => KeyValuePair.Create(package.Key, (JsonNode?)known[package.Key].DeepClone())));
        context.Response.ContentType = "application/json";
        context.Response.Headers.ContentEncoding = "gzip";
        await using var packed = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
        await packed.WriteAsync(System.Text.Encoding.UTF8.GetBytes(affected.ToJsonString()));
        return true;
    }
}
