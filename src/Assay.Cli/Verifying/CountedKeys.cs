using Assay.Cli.Registry;
using Assay.Provenance.Sigstore;

namespace Assay.Cli.Verifying;

/// <summary>The keys whose signatures count: those that the registry lists as its own, and of those that it lists as another's the ones that the reader knows.</summary>
internal sealed class CountedKeys(RegistryKeys listed, KnownKeys known)
{
    public bool IsEmpty => listed.IsEmpty;

    public ListedKey? Find(string id) => listed.Find(id) is not { } key ? null : key.Registry is null ? key : known.Find(key);

    public SigningKey? Own(string id) => Find(id) is { Registry: null } key ? key.Signing : null;

    public SigningKey? OfOthers(string id) => Find(id) is { Registry: not null } key ? key.Signing : null;

    /// <summary>Whose a key is said to be that nobody but the registry knows.</summary>
    public string? SaidToBeOf(string id) => Find(id) is null ? listed.Find(id)?.Registry : null;
}
