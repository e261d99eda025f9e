namespace Assay.Provenance.Sigstore.Bundles;

/// <summary>What a bundle names its signer by.</summary>
internal abstract record BundleMaterial
{
    private BundleMaterial()
    {
    }

    /// <summary>The signer's certificate. Others that came with it are dropped: trust comes from our root, never from the bundle.</summary>
    public sealed record Certificate(byte[] Der) : BundleMaterial;

    /// <summary>The id of a key that we must already have.</summary>
    public sealed record Key(string Hint) : BundleMaterial;
}
