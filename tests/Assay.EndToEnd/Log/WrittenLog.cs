using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Assay.EndToEnd.Harness;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Notes;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Assay.EndToEnd.Log;

/// <summary>A log of 10,000 leaves in a folder, every file at the path where the server has it, and the proofs that it makes.</summary>
public sealed class WrittenLog : IAsyncLifetime
{
    public const int Size = 10_000;

    private const string Origin = "registry.example/log";

    private readonly TemporaryFolder folder = new();
    private readonly byte[] privateKey = RandomNumberGenerator.GetBytes(Ed25519.SecretKeySize);
    private GoProgram oracle = null!;

    public string Path => folder.Path;

    /// <summary>All around the first tiles, then many.</summary>
    public static IReadOnlyList<int> OlderSizes { get; } =
    [
        .. Enumerable.Range(1, 600)
            .Concat(Enumerable.Range(0, Size / 37).Select(step => Size - step * 37))
            .Concat([8191, 8192, 8193, 9983, 9984, 9985])
            .Distinct(),
    ];

    /// <summary>The key of the checkpoint in the form that readers are configured with.</summary>
    public string Key { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var hashes = new Dictionary<int, List<LogHash>>();
        var leaves = Enumerable.Range(0, Size).Select(index => (ReadOnlyMemory<byte>)Encoding.ASCII.GetBytes($$"""{"leaf":{{index}}}""")).ToList();
        var edge = Append(leaves, hashes);
        foreach (var tile in TilePath.AllOf(Size))
        {
            Write(tile.ToString(), Tile(hashes, tile));
        }
        foreach (var (index, bundle) in leaves.Chunk(TilePath.FullWidth).Index())
        {
            Write(TilePath.Entries(index, bundle.Length).ToString(), EntryBundle.Write(bundle));
        }
        Write("checkpoint", Sign(new TreeHead(Origin, edge.Size, edge.Root)).ToBytes().Span);
        await WriteProofsAsync(new TileProofs(Size, (tile, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(Tile(hashes, tile))));
        oracle = await GoProgram.BuildAsync("oracle", folder);
    }

    /// <summary>The verdict of Go's own packages.</summary>
    internal Task<Finished> CheckAsync() => oracle.RunAsync(null, Path, Key);

    public ValueTask DisposeAsync()
    {
        folder.Dispose();

        return ValueTask.CompletedTask;
    }

    private static TreeEdge Append(IEnumerable<ReadOnlyMemory<byte>> leaves, Dictionary<int, List<LogHash>> hashes)
    {
        var (edge, placed) = (TreeEdge.Empty, new List<PlacedHash>());
        foreach (var leaf in leaves)
        {
            edge = edge.Append(LogHash.OfLeaf(leaf.Span), placed);
        }
        foreach (var level in placed.GroupBy(hash => hash.Level))
        {
            hashes[level.Key] = [.. level.OrderBy(hash => hash.Index).Select(hash => hash.Hash)];
        }

        return edge;
    }

    private static byte[] Tile(Dictionary<int, List<LogHash>> hashes, TilePath tile) =>
        [.. hashes[tile.Level!.Value].Skip((int)tile.Index * TilePath.FullWidth).Take(tile.Width).SelectMany(hash => hash.ToArray())];

    // Signed twice, as the server does: the line that Sigstore's clients read is one that Go does not know.
    private Checkpoint Sign(TreeHead head)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicKey = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(privateKey, 0, publicKey, 0);
        var key = Ed25519NoteKey.Create(Origin, publicKey)!;
        Key = key.ToString();

        return Checkpoint.Sign(
            head,
            new NoteSigner(
                EcdsaNoteKey.Create(Origin, ecdsa.ExportSubjectPublicKeyInfo())!,
                text => ecdsa.SignData(text.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
            new NoteSigner(key, SignText));
    }

    private byte[] SignText(ReadOnlyMemory<byte> text)
    {
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(privateKey, 0, text.ToArray(), 0, text.Length, signature, 0);

        return signature;
    }

    private async Task WriteProofsAsync(TileProofs proofs)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var (inclusion, consistency) = (new StringBuilder(), new StringBuilder());
        for (var index = 0; index < Size; index++)
        {
            var proof = await proofs.InclusionAsync(index, cancellationToken);
            inclusion.Append(CultureInfo.InvariantCulture, $"{index} {string.Join(' ', proof.Hashes)}\n");
        }
        foreach (var size in OlderSizes)
        {
            var proof = await proofs.ConsistencyAsync(size, cancellationToken);
            consistency.Append(CultureInfo.InvariantCulture, $"{size} {string.Join(' ', proof.Hashes)}\n");
        }
        Write("proofs/inclusion", Encoding.ASCII.GetBytes(inclusion.ToString()));
        Write("proofs/consistency", Encoding.ASCII.GetBytes(consistency.ToString()));
    }

    private void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var file = System.IO.Path.Combine(folder.Path, path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
    }
}
