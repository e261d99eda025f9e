using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Core.Tests.Npm;

/// <summary>Asks npm's own modules. Node.js and npm are needed; without them these tests fail, because then nothing is proved.</summary>
internal static class NpmOracle
{
    public static async Task<IReadOnlyList<T>> AskAsync<T>(string kind, IEnumerable<JsonNode?> cases, CancellationToken cancellationToken)
    {
        var question = new JsonObject { ["kind"] = kind, ["cases"] = new JsonArray([.. cases]) };
        var script = Path.Combine(AppContext.BaseDirectory, "Npm", "Oracle", "oracle.cjs");
        using var node = Process.Start(new ProcessStartInfo("node", [script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var answer = node.StandardOutput.ReadToEndAsync(cancellationToken);
        await node.StandardInput.WriteAsync(question.ToJsonString());
        node.StandardInput.Close();
        await node.WaitForExitAsync(cancellationToken);
        Assert.Equal(0, node.ExitCode);
        return JsonSerializer.Deserialize<List<T>>(await answer)!;
    }

    public static Task<IReadOnlyList<T>> AskAsync<T>(string kind, IEnumerable<string> cases, CancellationToken cancellationToken) =>
        AskAsync<T>(kind, cases.Select(text => (JsonNode?)JsonValue.Create(text)), cancellationToken);

    public static Task<IReadOnlyList<T>> AskAsync<T>(
        string kind, IEnumerable<(string First, string Second)> cases, CancellationToken cancellationToken) =>
        AskAsync<T>(kind, cases.Select(pair => (JsonNode?)new JsonArray(pair.First, pair.Second)), cancellationToken);
}
