using Assay.EndToEnd.Harness;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Notes;

namespace Assay.EndToEnd.Log;

/// <summary>A server's log as a member reads it. Only what verifies is believed.</summary>
internal sealed class ServedLog(RegistryClient http, string token)
{
    public const string Prefix = "-/assay/v1/log";

    public Task<byte[]> CheckpointAsync() => ReadAsync("checkpoint");

    public Task<byte[]> ReadAsync(string path) => http.DownloadAsync($"{Prefix}/{path}", token);

    public async Task<KnownLog> KnownAsync()
    {
        var log = await http.CallAsync(HttpMethod.Get, Prefix, token);
        return new KnownLog((string)log["origin"]!, [.. log["keys"]!.AsArray().Select(key => Parse((string)key!["note"]!))]);
    }

    /// <summary>The key that witnesses and monitors read, as they are told it.</summary>
    public async Task<string> KeyAsync() => (await KnownAsync()).Keys.OfType<Ed25519NoteKey>().Single().ToString();

    public async Task<Checkpoint> VerifiedAsync(string path = "checkpoint", params WitnessKey[] witnesses)
    {
        Assert.True(UnverifiedCheckpoint.TryParse(await ReadAsync(path), out var unverified));
        Assert.True(unverified.TryVerify(await KnownAsync(), witnesses, out var checkpoint, out var refusal), $"{refusal}");
        return checkpoint;
    }

    /// <summary>Every leaf, after the root over all of them was compared with the checkpoint.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> LeavesAsync()
    {
        var head = (await VerifiedAsync()).Head;
        var (leaves, edge) = (new List<ReadOnlyMemory<byte>>(), TreeEdge.Empty);
        while (leaves.Count < head.Size)
        {
            var path = TilePath.Entries(leaves.Count / TilePath.FullWidth, (int)Math.Min(TilePath.FullWidth, head.Size - leaves.Count));
            Assert.True(EntryBundle.TryRead(await ReadAsync(path.ToString()), path.Width, out var read));
            leaves.AddRange(read);
        }
        foreach (var leaf in leaves)
        {
            edge = edge.Append(LogHash.OfLeaf(leaf.Span), new List<PlacedHash>());
        }
        Assert.Equal((head.Size, head.Root), (edge.Size, edge.Root));
        return leaves;
    }

    private static NoteKey Parse(string text) => NoteKey.TryParse(text, out var key) ? key : throw new InvalidOperationException($"{text} is no key.");
}
