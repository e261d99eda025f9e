using System.Text.Json.Nodes;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Notes;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Transparency;

/// <summary>Reads a registry's log as a monitor does, and believes only what verifies.</summary>
internal static class LogReader
{
    public static async Task<JsonNode> LogAsync(this RegistryApp app, string token) => await app.JsonAsync("/-/assay/v1/log", token);

    public static async Task<JsonNode> JsonAsync(this RegistryApp app, string path, string token)
    {
        using var response = await app.GetAsync(path, token);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode}");
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
    }

    public static async Task<KnownLog> KnownLogAsync(this RegistryApp app, string token)
    {
        var log = await app.LogAsync(token);
        var keys = log["keys"]!.AsArray().Select(key => NoteKey.TryParse((string)key!["note"]!, out var read) ? read : throw new InvalidOperationException($"{key}"));
        return new KnownLog((string)log["origin"]!, [.. keys]);
    }

    public static async Task<Checkpoint> CheckpointAsync(this RegistryApp app, string token)
    {
        var known = await app.KnownLogAsync(token);
        Assert.True(UnverifiedCheckpoint.TryParse(await app.BytesAsync("/-/assay/v1/log/checkpoint", token), out var unverified));
        Assert.True(unverified.TryVerify(known, [], out var checkpoint, out var refusal), $"{refusal}");
        return checkpoint;
    }

    /// <summary>Every leaf, after the root over all of them was compared with the checkpoint.</summary>
    public static async Task<List<byte[]>> LeavesAsync(this RegistryApp app, string token)
    {
        var head = (await app.CheckpointAsync(token)).Head;
        var (leaves, edge) = (new List<byte[]>(), TreeEdge.Empty);
        for (var bundle = 0L; bundle * TilePath.FullWidth < head.Size; bundle++)
        {
            var path = TilePath.Entries(bundle, (int)Math.Min(TilePath.FullWidth, head.Size - bundle * TilePath.FullWidth));
            Assert.True(EntryBundle.TryRead(await app.BytesAsync($"/-/assay/v1/log/{path}", token), path.Width, out var read));
            leaves.AddRange(read.Select(leaf => leaf.ToArray()));
        }
        foreach (var leaf in leaves)
        {
            edge = edge.Append(LogHash.OfLeaf(leaf), new List<PlacedHash>());
        }
        Assert.Equal((head.Size, head.Root), (edge.Size, edge.Root));
        return leaves;
    }

    public static TileProofs Proofs(this RegistryApp app, long size, string token) =>
        new(size, async (path, _) => await app.BytesAsync($"/-/assay/v1/log/{path}", token));

    public static async Task<byte[]> BytesAsync(this RegistryApp app, string path, string token)
    {
        using var response = await app.GetAsync(path, token.Length == 0 ? null : token);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode}");
        return await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }
}
