using System.Text.Json;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Keys;

namespace Assay.Cli.Registry;

/// <summary>A key as a registry lists it.</summary>
/// <param name="Signing">The key.</param>
/// <param name="Registry">The other registry that it is said to be of; null for one of the registry's own.</param>
internal sealed record ListedKey(SigningKey Signing, string? Registry);

/// <summary>The keys with which a registry says that it signs, or that others sign whose versions it passes on, by their ids.</summary>
internal sealed class RegistryKeys
{
    public const int LongestAnswer = 1 << 20;

    private readonly IReadOnlyDictionary<string, ListedKey> keys;

    private RegistryKeys(IReadOnlyDictionary<string, ListedKey> keys) => this.keys = keys;

    /// <summary>A registry that does not sign.</summary>
    public static RegistryKeys None { get; } = new(new Dictionary<string, ListedKey>());

    public bool IsEmpty => keys.Count == 0;

    public IEnumerable<ListedKey> Own => keys.Values.Where(key => key.Registry is null);

    public ListedKey? Find(string id) => keys.GetValueOrDefault(id);

    public static RegistryKeys Read(JsonElement root)
    {
        var read = new Dictionary<string, ListedKey>(StringComparer.Ordinal);
        foreach (var entry in root.GetProperty("keys").EnumerateArray())
        {
            // Kinds that are not known here are left out: that is less trust, not more.
            if (VerificationKey.TryCreate(entry.GetProperty("key").GetBytesFromBase64(), out var key)
                && !read.TryAdd(entry.Text("keyid"), new ListedKey(new SigningKey(key, entry.OptionalTime("expires")), entry.OptionalText("registry"))))
            {
                throw new FormatException("Two keys have one id.");
            }
        }
        return new RegistryKeys(read);
    }
}
