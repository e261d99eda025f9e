using System.Text;
using System.Text.Json;
using Assay.Provenance.Log;
using Assay.Provenance.Log.Events;

namespace Assay.Cli.Registry;

/// <summary>A leaf as the registry shows it, with its proof.</summary>
internal sealed record PackageLogEntry(long Index, string Kind, byte[] Leaf, LeafOpening? Opening, IReadOnlyList<LogHash> Proof)
{
    /// <summary>Whether the leaf commits to what is said to open it. The kind in the answer must be the leaf's: it decides what the leaf is taken for.</summary>
    public bool IsOpened => Opening is { } opening && opening.Opens(Leaf, Kind);
}

/// <summary>All that the log has about a version, against one checkpoint. Nothing of it is verified yet.</summary>
internal sealed record PackageLog(byte[] Checkpoint, IReadOnlyList<PackageLogEntry> Entries)
{
    public const int LongestAnswer = 16 << 20;

    public static PackageLog Read(JsonElement root) => new(
        Encoding.UTF8.GetBytes(root.Text("checkpoint")), [.. root.GetProperty("entries").EnumerateArray().Select(ReadEntry)]);

    private static PackageLogEntry ReadEntry(JsonElement entry) => new(
        entry.GetProperty("index").GetInt64(),
        entry.Text("kind"),
        entry.GetProperty("leaf").GetBytesFromBase64(),
        entry.Optional("opening") is { } opening ? ReadOpening(opening) : null,
        [.. entry.GetProperty("proof").EnumerateArray().Select(ReadHash)]);

    private static LeafOpening ReadOpening(JsonElement opening) => Convert.FromHexString(opening.Text("salt")) is { Length: LeafOpening.SaltSize } salt
        ? new LeafOpening(salt, opening.Text("event"))
        : throw new FormatException("A salt has another length.");

    private static LogHash ReadHash(JsonElement hash) => hash.GetBytesFromBase64() is { Length: LogHash.Size } bytes
        ? new LogHash(bytes)
        : throw new FormatException("A hash has another length.");
}
