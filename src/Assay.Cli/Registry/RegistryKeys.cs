using System.Text.Json;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Keys;

namespace Assay.Cli.Registry;

/// <summary>The keys with which a registry says that it signs, by their ids.</summary>
internal sealed class RegistryKeys
{
    public const int LongestAnswer = 1 << 20;

    private readonly IReadOnlyDictionary<string, SigningKey> keys;

    private RegistryKeys(IReadOnlyDictionary<string, SigningKey> keys) => this.keys = keys;

    /// <summary>A registry that does not sign.</summary>
    public static RegistryKeys None { get; } = new(new Dictionary<string, SigningKey>());

    public bool IsEmpty => keys.Count == 0;

    public SigningKey? Find(string id) => keys.GetValueOrDefault(id);

    public static RegistryKeys Read(JsonElement root)
    {
        var read = new Dictionary<string, SigningKey>(StringComparer.Ordinal);
        foreach (var entry in root.GetProperty("keys").EnumerateArray())
        {
            // Kinds that are not known here are left out: that is less trust, not more.
            if (VerificationKey.TryCreate(entry.GetProperty("key").GetBytesFromBase64(), out var key)
                && !read.TryAdd(entry.Text("keyid"), new SigningKey(key, entry.OptionalTime("expires"))))
            {
                throw new FormatException("Two keys have one id.");
            }
        }
        return new RegistryKeys(read);
    }
}
