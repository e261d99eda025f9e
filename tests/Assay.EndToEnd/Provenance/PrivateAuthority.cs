using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Assay.EndToEnd.Provenance;

/// <summary>The certificate authority of a company's network.</summary>
internal sealed class PrivateAuthority : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 certificate;

    public PrivateAuthority()
    {
        var request = new CertificateRequest("CN=The company's own", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        certificate = request.CreateSelfSigned(PrivateTrust.Now.AddDays(-1), PrivateTrust.Now.AddDays(1));
    }

    public string Pem => certificate.ExportCertificatePem();

    public X509Certificate2 Issue(string host)
    {
        using var ownKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", ownKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(certificate, PrivateTrust.Now.AddDays(-1), PrivateTrust.Now.AddHours(12), RandomNumberGenerator.GetBytes(8));

        return issued.CopyWithPrivateKey(ownKey);
    }

    public void Dispose()
    {
        certificate.Dispose();
        key.Dispose();
    }
}
