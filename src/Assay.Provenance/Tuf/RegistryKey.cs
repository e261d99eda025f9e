using Assay.Provenance.Sigstore.Roots;

namespace Assay.Provenance.Tuf;

/// <summary>A P-256 key that signs versions and statements: the registry's own, or an upstream's whose signatures it passes on.</summary>
/// <param name="Id">What signatures call it.</param>
/// <param name="SubjectPublicKeyInfo">The key, in DER.</param>
/// <param name="ValidFor">Its end is when it counts no more, as <c>/-/npm/v1/keys</c> says it.</param>
public sealed record RegistryKey(string Id, ReadOnlyMemory<byte> SubjectPublicKeyInfo, ValidityWindow ValidFor);
