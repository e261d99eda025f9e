using Assay.Provenance.Sigstore.Keys;

namespace Assay.Provenance.Sigstore.Roots;

/// <summary>A transparency log, of signatures or of certificates, whose key we believe.</summary>
internal sealed record TrustedLog(byte[] Id, Uri? BaseUrl, VerificationKey Key, ValidityWindow ValidFor)
{
    /// <summary>What the log calls itself in its checkpoints: its host, with a port that is not the usual one.</summary>
    public string Name => BaseUrl?.Authority ?? "";

    public bool Has(ReadOnlySpan<byte> id) => id.Length > 0 && id.SequenceEqual(Id);
}
