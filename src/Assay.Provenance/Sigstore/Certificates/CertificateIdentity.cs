namespace Assay.Provenance.Sigstore.Certificates;

/// <summary>Who a certificate names. Names move, ids do not: compare <see cref="IdentityExtension.SourceRepositoryId"/> where there is one.</summary>
public sealed class CertificateIdentity
{
    private readonly IReadOnlyDictionary<IdentityExtension, string> extensions;

    internal CertificateIdentity(string subjectAlternativeName, IReadOnlyDictionary<IdentityExtension, string> extensions)
    {
        SubjectAlternativeName = subjectAlternativeName;
        this.extensions = extensions;
    }

    /// <summary>The one URI or e-mail address the certificate is for. For reusable workflows it is the workflow's, not the project's.</summary>
    public string SubjectAlternativeName { get; }

    /// <summary>Who said so: the issuer of the identity token.</summary>
    public string? Issuer => this[IdentityExtension.Issuer] ?? this[IdentityExtension.OldIssuer];

    /// <summary>The extensions that are there.</summary>
    public IEnumerable<IdentityExtension> Extensions => extensions.Keys;

    public string? this[IdentityExtension extension] => extensions.GetValueOrDefault(extension);
}
