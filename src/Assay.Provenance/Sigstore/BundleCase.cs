using System.Security.Cryptography.X509Certificates;
using Assay.Provenance.Envelopes;
using Assay.Provenance.Sigstore.Certificates;
using Assay.Provenance.Sigstore.Keys;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Provenance.Sigstore;

/// <summary>One bundle on its way through the steps; each adds what it has proved for those after it.</summary>
internal sealed class BundleCase(UnverifiedBundle bundle, TrustedRoot root, BundleExpectations expectations, DateTimeOffset now) : IDisposable
{
    public UnverifiedBundle Bundle { get; } = bundle;

    public TrustedRoot Root { get; } = root;

    public BundleExpectations Expectations { get; } = expectations;

    public DateTimeOffset Now { get; } = now;

    /// <summary>The signer's key; set by the first step.</summary>
    public VerificationKey Key { get; set; } = null!;

    public string KeyId { get; set; } = "";

    public DateTimeOffset? KeyExpires { get; set; }

    /// <summary>Null when a key signed that we already had.</summary>
    public X509Certificate2? Certificate { get; set; }

    public CertificateIdentity? Identity { get; set; }

    /// <summary>The SubjectPublicKeyInfo of the authority that issued the certificate.</summary>
    public byte[] IssuerKey { get; set; } = [];

    /// <summary>The bytes that the signature covers.</summary>
    public ReadOnlyMemory<byte> SignedBytes { get; set; }

    /// <summary>When timestamp authorities saw the signature.</summary>
    public List<DateTimeOffset> Stamps { get; } = [];

    public List<VerifiedLogEntry> LogEntries { get; } = [];

    public Statement? Statement { get; set; }

    /// <summary>Every time at which the signature is proved to have existed.</summary>
    public IReadOnlyList<DateTimeOffset> Times() => [.. Stamps, .. LogEntries.Select(entry => entry.IntegratedTime).OfType<DateTimeOffset>()];

    public void Dispose() => Certificate?.Dispose();
}
