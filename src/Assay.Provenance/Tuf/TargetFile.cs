using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Assay.Provenance.Tuf;

/// <summary>A file that clients come for.</summary>
internal sealed record TargetFile(string Name, byte[] Bytes)
{
    // One hash alone: with more of them, each client would make its own choice of the one in the path.
    private string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Bytes));

    /// <summary>Where it lies: with its hash before the last part of the name, so that what is at a path never changes (TUF, section 6.2).</summary>
    public string Path
    {
        get
        {
            var start = Name.LastIndexOf('/') + 1;
            return $"targets/{Name[..start]}{Hash}.{Name[start..]}";
        }
    }

    public JsonObject ToJson() => new() { ["length"] = Bytes.Length, ["hashes"] = new JsonObject { ["sha256"] = Hash } };
}
