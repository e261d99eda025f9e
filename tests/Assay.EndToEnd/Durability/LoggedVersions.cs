using System.Text;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;
using Assay.EndToEnd.Log;
using Assay.Provenance.Log.Events;

namespace Assay.EndToEnd.Durability;

/// <summary>What the log says was published, held from outside against what the registry has.</summary>
internal static class LoggedVersions
{
    private const string Publish = "publish";

    /// <summary>Of all packages in the world: every version has its one entry, and every entry its version.</summary>
    public static async Task ShouldAgreeAsync(World world, IEnumerable<string> packages)
    {
        var leaves = await new ServedLog(world.Http, world.MemberToken).LeavesAsync();
        var agreeing = 0;
        foreach (var package in packages)
        {
            var versions = await world.Http.VersionsAsync(package, world.MemberToken);
            var logged = versions.Count == 0 ? [] : await ReadAsync(world, package, leaves);

            Assert.Equal(
                versions.Select(version => (version.Key, (string?)version.Value!["dist"]!["integrity"])).Order(),
                logged.Select(entry => ((string)entry["version"]!, (string?)entry["integrity"])).Order());
            agreeing += logged.Count;
        }

        // The kind of a leaf is in the open: none is about a package that nobody asked for.
        Assert.Equal(leaves.Count(IsPublish), agreeing);
    }

    /// <summary>The events of publishes, each as the leaf at its place commits to it.</summary>
    private static async Task<List<JsonNode>> ReadAsync(World world, string package, IReadOnlyList<ReadOnlyMemory<byte>> leaves)
    {
        var log = await world.Http.CallAsync(HttpMethod.Get, $"{ServedLog.Prefix}/packages/{RegistryClient.Escape(package)}", world.MemberToken);
        var events = new List<JsonNode>();
        foreach (var entry in log["entries"]!.AsArray().Where(entry => (string?)entry!["kind"] == Publish))
        {
            var leaf = leaves[(int)entry!["index"]!];
            var opening = new LeafOpening(Convert.FromHexString((string)entry["opening"]!["salt"]!), (string)entry["opening"]!["event"]!);
            Assert.True(opening.Opens(leaf.Span, Publish), $"The opening of leaf {entry["index"]} is of another leaf.");
            events.Add(JsonNode.Parse(opening.Event)!);
        }
        Assert.All(events, happened => Assert.Equal(package, (string?)happened["package"]));

        return events;
    }

    private static bool IsPublish(ReadOnlyMemory<byte> leaf) => (string?)JsonNode.Parse(Encoding.UTF8.GetString(leaf.Span))!["kind"] == Publish;
}
