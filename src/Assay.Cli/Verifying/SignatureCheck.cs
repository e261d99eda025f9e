using Assay.Cli.Registry;
using Assay.Provenance.Keys;

namespace Assay.Cli.Verifying;

/// <summary>The registry's own signature on name, version and bytes, as npm checks it: by a listed key that had not expired.</summary>
internal static class SignatureCheck
{
    /// <summary>Only then does it matter when the version was published.</summary>
    public static bool NeedsTime(VersionDocument document, RegistryKeys keys) =>
        document.Signatures.Any(signature => keys.Find(signature.KeyId)?.Expires is not null);

    public static Finding Check(VersionDocument document, RegistryKeys keys, DateTimeOffset? publishedAt)
    {
        if (keys.IsEmpty)
        {
            return Finding.Refuted(Finding.Signature, "the registry lists no keys, so nobody vouches for these bytes");
        }
        // Several: old ones may stay beside new ones. Those of keys that are not listed say nothing; those of listed keys must all be good.
        var known = document.Signatures.Where(signature => keys.Find(signature.KeyId) is not null).ToList();
        if (known.Count == 0)
        {
            return Finding.Refuted(Finding.Signature, "no signature by a key that the registry lists");
        }
        foreach (var signature in known)
        {
            var key = keys.Find(signature.KeyId)!;
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
        return Finding.Verified(Finding.Signature, $"registry key {known[0].KeyId}");
    }
}
