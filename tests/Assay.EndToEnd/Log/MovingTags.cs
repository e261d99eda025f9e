using System.Text.Json.Nodes;
using Assay.EndToEnd.Harness;

namespace Assay.EndToEnd.Log;

/// <summary>Makes a log long in little time: each tag that moves is a leaf, and 32 move at once.</summary>
internal static class MovingTags
{
    private const int AtOnce = 32;

    public static Task PublishAsync(World world) =>
        Task.WhenAll(Enumerable.Range(0, AtOnce).Select(index => world.PublishedByMemberAsync(Name(index), "1.0.0", "1.0.1")));

    /// <summary>Moves tags, at all nodes at once, and keeps every checkpoint that a reader got to see meanwhile.</summary>
    public static async Task MoveAsync(IReadOnlyList<RegistryClient> nodes, string token, int moves, string checkpoints) =>
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async mover =>
        {
            var node = nodes[mover % nodes.Count];
            for (var move = mover; move < moves; move += AtOnce)
            {
                await MoveAsync(node, token, mover, move);
                if (mover < nodes.Count)
                {
                    await KeepAsync(new ServedLog(node, token), checkpoints);
                }
            }
        }));

    public static Task MoveAsync(RegistryClient node, string token, int package, int move) => node.CallAsync(
        HttpMethod.Put, $"-/package/{RegistryClient.Escape(Name(package))}/dist-tags/moving", token, JsonValue.Create(move / AtOnce % 2 == 0 ? "1.0.0" : "1.0.1"));

    // A checkpoint that two saw must be the same for both: the log signs one for each size.
    private static async Task KeepAsync(ServedLog log, string folder)
    {
        var checkpoint = await log.CheckpointAsync();
        var file = Path.Combine(folder, System.Text.Encoding.UTF8.GetString(checkpoint).Split('\n')[1]);
        try
        {
            await using var kept = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
            await kept.WriteAsync(checkpoint);
        }
        catch (IOException) when (File.Exists(file))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
            Assert.Equal(await File.ReadAllBytesAsync(file), checkpoint);
        }
    }

    private static string Name(int package) => $"@acme/moving-{package}";
}
