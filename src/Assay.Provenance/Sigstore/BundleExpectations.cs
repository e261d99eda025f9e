using Assay.Npm;
using Assay.Provenance.Sigstore.Certificates;
using Assay.Provenance.Sigstore.Keys;

namespace Assay.Provenance.Sigstore;

/// <summary>What a bundle must be to be accepted: by whom, and about what.</summary>
public sealed record BundleExpectations(ExpectedSigner Signer, ExpectedArtifact Artifact);

/// <summary>Who must have signed.</summary>
public abstract record ExpectedSigner
{
    private ExpectedSigner()
    {
    }

    /// <summary>Somebody with these marks, vouched for by a trusted certificate authority.</summary>
    public sealed record Certificate(ExpectedIdentity Identity) : ExpectedSigner;

    /// <summary>Whoever a trusted certificate authority vouched for: the verdict says who it is, and the caller has yet to decide.</summary>
    public sealed record AnyCertificate : ExpectedSigner;

    /// <summary>The holder of a key that <paramref name="Select"/> finds by the bundle's hint.</summary>
    public sealed record Key(Func<string, SigningKey?> Select) : ExpectedSigner;
}

/// <summary>A key that signs bundles, such as a registry's own; at <paramref name="Expires"/> it no longer does.</summary>
public sealed record SigningKey(VerificationKey Key, DateTimeOffset? Expires = null);

/// <summary>What must have been signed.</summary>
public abstract record ExpectedArtifact
{
    private ExpectedArtifact()
    {
    }

    /// <summary>A statement about this version and these bytes.</summary>
    public sealed record Package(PackageName Name, SemanticVersion Version, Integrity Integrity) : ExpectedArtifact;

    /// <summary>These bytes, by a signature over them or by a statement about their SHA-256.</summary>
    public sealed record File(ReadOnlyMemory<byte> Content) : ExpectedArtifact;
}
