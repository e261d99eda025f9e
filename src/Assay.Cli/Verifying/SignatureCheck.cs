using Assay.Cli.Registry;
using Assay.Provenance.Keys;

namespace Assay.Cli.Verifying;

/// <summary>A registry's signature on name, version and bytes, as npm checks it: by a listed key that had not expired.</summary>
internal static class SignatureCheck
{
    /// <summary>Only then does it matter when the version was published.</summary>
    public static bool NeedsTime(VersionDocument document, CountedKeys keys) => document.Signatures.Any(signature => keys.Find(signature.KeyId)?.Signing.Expires is not null);

    /// <summary>The registry that signed the version, when it is another one and this one did not.</summary>
    public static string? PassedOnFrom(VersionDocument document, CountedKeys keys)
    {
        var registries = document.Signatures.Select(signature => keys.Find(signature.KeyId)).OfType<ListedKey>().Select(key => key.Registry).ToList();
        return registries.Contains(null) ? null : registries.FirstOrDefault();
    }

    public static Finding Check(VersionDocument document, CountedKeys keys, DateTimeOffset? publishedAt)
    {
        if (keys.IsEmpty)
        {
            return Finding.Refuted(Finding.Signature, "the registry lists no keys, so nobody vouches for these bytes");
        }
        // Several: old ones may stay beside new ones. Those of keys that do not count say nothing; those of keys that do must all be good.
        var counted = document.Signatures.Where(signature => keys.Find(signature.KeyId) is not null).ToList();
        if (counted.Count == 0)
        {
            return Finding.Refuted(Finding.Signature, WhyNone(document, keys));
        }
        foreach (var signature in counted)
        {
            var key = keys.Find(signature.KeyId)!.Signing;
            if (!key.Key.Verifies(VersionSignature.Message(document.Name, $"{document.Version}", document.Integrity), signature.Value))
            {
                return Finding.Refuted(Finding.Signature, $"the signature by {signature.KeyId} is not of this name, version and integrity");
            }
            // A version without a time counts as new: an old time would let a retired key sign for ever.
            if (key.Expires is { } expires && (publishedAt is not { } time || time >= expires))
            {
                return Finding.Refuted(Finding.Signature, $"{signature.KeyId} had expired when the version was published");
            }
        }
        return Finding.Verified(Finding.Signature, PassedOnFrom(document, keys) is { } from
            ? $"key {counted[0].KeyId} of {from}, from where this registry passes the version on"
            : $"registry key {counted[0].KeyId}");
    }

    private static string WhyNone(VersionDocument document, CountedKeys keys) =>
        document.Signatures.Select(signature => (signature.KeyId, Registry: keys.SaidToBeOf(signature.KeyId))).FirstOrDefault(said => said.Registry is not null)
            is (var id, { } registry)
                ? $"{id} is a key of {registry} by this registry's word alone. Ask that one for its keys yourself, and give them with --upstream-keys FILE"
                : "no signature by a key that the registry lists";
}
