using System.Text;
using Assay.Npm;
using Assay.Provenance.Sigstore.Keys;
using Assay.Server.Data.Rows;

namespace Assay.Server.Upstream;

/// <summary>What the signatures of a version prove, by the keys that its registry lists.</summary>
internal abstract record SignatureVerdict
{
    internal sealed record Good(string KeyId) : SignatureVerdict;

    /// <summary>By a key that is listed, and not over this version, or from after the key's end.</summary>
    internal sealed record Wrong(string KeyId) : SignatureVerdict;

    /// <summary>None, or none by a key that is listed.</summary>
    internal sealed record Nothing(bool ListsKeys) : SignatureVerdict;

    /// <summary>One that is wrong outweighs any that are good: clients give up the version too.</summary>
    public static SignatureVerdict Of(IReadOnlyDictionary<string, UpstreamKeyRow> keys, PackageName name, ForeignVersion version)
    {
        // npm signs what it makes of a shasum where there is no integrity.
        var message = Encoding.UTF8.GetBytes($"{name}@{version.Version}:{version.Integrity ?? version.Promised?.Text}");
        var listed = version.Signatures.Where(signature => keys.ContainsKey(signature.KeyId)).ToList();
        if (listed.Find(signature => !IsRight(keys[signature.KeyId], version, message, signature.Signature)) is { } wrong)
        {
            return new Wrong(wrong.KeyId);
        }
        return listed.Count > 0 ? new Good(listed[0].KeyId) : new Nothing(keys.Count > 0);
    }

    private static bool IsRight(UpstreamKeyRow row, ForeignVersion version, byte[] message, ReadOnlyMemory<byte> signature) =>
        (row.ExpiresAt is null || version.PublishedAt < row.ExpiresAt)
        && VerificationKey.TryCreate(Convert.FromBase64String(row.Key), out var key)
        && key.Verifies(message, signature.Span);
}
