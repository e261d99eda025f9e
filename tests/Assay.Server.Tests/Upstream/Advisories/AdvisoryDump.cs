using System.IO.Compression;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Upstream.Advisories;

/// <summary>Dumps in a folder of the test, and their import.</summary>
internal static class AdvisoryDump
{
    public static string Zip(this TemporaryFolder folder, params IEnumerable<OsvDocument> documents)
    {
        var path = folder.In("dump.zip");
        File.Delete(path);
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var document in documents)
        {
            using var writer = new StreamWriter(archive.CreateEntry($"{document.Id}.json").Open());
            writer.Write(document.ToText());
        }
        return path;
    }

    public static string Lines(this TemporaryFolder folder, params IEnumerable<string> lines)
    {
        var path = folder.In("dump.jsonl");
        File.WriteAllText(path, string.Join('\n', lines));
        return path;
    }

    public static string Folder(this TemporaryFolder folder, params IEnumerable<OsvDocument> documents)
    {
        var path = Directory.CreateDirectory(folder.In("dump")).FullName;
        foreach (var document in documents)
        {
            File.WriteAllText(Path.Combine(path, $"{document.Id}.json"), document.ToText());
        }
        return path;
    }

    /// <summary>What the command would print; an error is thrown.</summary>
    public static async Task<IReadOnlyList<string>> ImportedAsync(this RegistryApp app, string path)
    {
        var outcome = await app.ImportAsync(path);
        Assert.True(outcome["error"] is null, (string?)outcome["error"]);
        return [.. outcome["lines"]!.AsArray().Select(line => (string)line!)];
    }

    public static async Task<JsonObject> ImportAsync(this RegistryApp app, string path)
    {
        using var answer = await app.OperatorAsync(HttpMethod.Post, "/advisories/import", new JsonObject { ["path"] = path });
        return JsonNode.Parse((await answer.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n')[^1])!.AsObject();
    }

    public static Task<HttpResponseMessage> AuditAsync(this RegistryApp app, string? token, params IEnumerable<string> packages) =>
        app.PostAsync("/-/npm/v1/security/advisories/bulk", token, Asked(packages));

    /// <summary>Of <c>name@version</c>s.</summary>
    public static JsonObject Asked(IEnumerable<string> packages)
    {
        var asked = new JsonObject();
        foreach (var package in packages)
        {
            var at = package.LastIndexOf('@');
            asked.TryAdd(package[..at], new JsonArray());
            asked[package[..at]]!.AsArray().Add(package[(at + 1)..]);
        }
        return asked;
    }
}
