using Assay.Provenance.Envelopes;
using Assay.Provenance.Sigstore.Certificates;

namespace Assay.Provenance.Sigstore;

/// <summary>The outcome of verifying one bundle.</summary>
public abstract record BundleVerdict
{
    private BundleVerdict()
    {
    }

    /// <summary>What is proved: who signed, when at the latest, where it is logged. Not that the signed words are true.</summary>
    public sealed record Verified(
        BundleSigner Signer, IReadOnlyList<VerifiedLogEntry> LogEntries, IReadOnlyList<DateTimeOffset> Times, Statement? Statement) : BundleVerdict;

    /// <summary>An expected "no". The text repeats nothing that the bundle says.</summary>
    public sealed record Refused(string Code, string Text) : BundleVerdict;
}

/// <summary>Who signed a verified bundle.</summary>
public abstract record BundleSigner
{
    private BundleSigner()
    {
    }

    /// <summary>Whom a certificate authority vouched for at that moment.</summary>
    public sealed record Certificate(CertificateIdentity Identity) : BundleSigner;

    /// <summary>The holder of a key that the caller already trusted.</summary>
    public sealed record Key(string Id) : BundleSigner;
}

/// <summary>An entry that a trusted log vouched for. <paramref name="IntegratedTime"/> is null where the log does not sign one.</summary>
public sealed record VerifiedLogEntry(string LogName, string LogId, long LogIndex, string Kind, DateTimeOffset? IntegratedTime);
