using System.Text;

namespace Assay.Cli.Registry;

/// <summary>
/// Keys of other registries that the reader has from elsewhere. A registry that passes versions on could call any key another's, its own too, and so keep
/// what it changed out of its log: its word alone makes no key another's.
/// </summary>
internal sealed class KnownKeys
{
    private const string PublicUrl = "https://registry.npmjs.org/";

    // As Sigstore's TUF repository has them (registry.npmjs.org/keys.json), which is where npm takes them from.
    private const string PublicKeys = """
        {"keys":[
        {"keyid":"SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA","expires":"2025-01-29T00:00:00.000Z",
        "key":"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1Olb3zMAFFxXKHiIkQO5cJ3Yhl5i6UPp+IhuteBJbuHcA5UogKo0EWtlWwW6KSaKoTNEYL7JlCQiVnkhBktUgg=="},
        {"keyid":"SHA256:DhQ8wR5APBvFHLF/+Tc+AYvPOdTpcIDqOhxsBHRwC7U","expires":null,
        "key":"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEY6Ya7W++7aUPzvMTrezH6Ycx3c+HOKYCcNGybJZSCJq/fd7Qa8uuAKtdIkUQtQiEKERhAmE5lMMJhP8OkDOa2g=="}]}
        """;

    private readonly Dictionary<string, KnownKey> keys = new(StringComparer.Ordinal);

    /// <param name="given">What other registries answered to somebody who asked them for their keys; the public registry's are known anyway.</param>
    public KnownKeys(IEnumerable<RegistryKeys> given)
    {
        Add(AnswerReader.Read("the public registry's keys", Encoding.UTF8.GetBytes(PublicKeys), RegistryKeys.Read), PublicUrl);
        foreach (var answer in given)
        {
            Add(answer, registry: null);
        }
    }

    /// <summary>The key with its end, the earlier of those that are known and listed, and whose it is; null when nobody but the lister says so.</summary>
    public ListedKey? Find(ListedKey listed) => listed.Registry is not null && keys.TryGetValue(Text(listed), out var known)
        ? new ListedKey(listed.Signing with { Expires = Earlier(listed.Signing.Expires, known.Expires) }, known.Registry ?? listed.Registry)
        : null;

    // Those that an answer says are another's are as little proved in it as here.
    private void Add(RegistryKeys answer, string? registry)
    {
        foreach (var key in answer.Own)
        {
            keys.TryAdd(Text(key), new KnownKey(key.Signing.Expires, registry));
        }
    }

    // By its bytes: ids are only names.
    private static string Text(ListedKey key) => Convert.ToBase64String(key.Signing.Key.SubjectPublicKeyInfo);

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    private sealed record KnownKey(DateTimeOffset? Expires, string? Registry);
}
