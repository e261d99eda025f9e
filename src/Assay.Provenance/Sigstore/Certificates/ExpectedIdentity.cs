namespace Assay.Provenance.Sigstore.Certificates;

/// <summary>Marks that a certificate must bear, all of them, character for character. There is at least one.</summary>
public sealed class ExpectedIdentity
{
    private readonly string? subjectAlternativeName;
    private readonly IReadOnlyDictionary<IdentityExtension, string> extensions;

    private ExpectedIdentity(string issuer, string? subjectAlternativeName, IReadOnlyDictionary<IdentityExtension, string> extensions)
    {
        Issuer = issuer;
        this.subjectAlternativeName = subjectAlternativeName;
        this.extensions = extensions;
    }

    /// <summary>Always compared: any other mark means what its issuer means by it.</summary>
    public string Issuer { get; }

    /// <summary>An identity by its name.</summary>
    public static ExpectedIdentity Named(string issuer, string subjectAlternativeName) =>
        new(issuer, subjectAlternativeName, new Dictionary<IdentityExtension, string>());

    /// <summary>An identity by what the authority copied out of its token.</summary>
    /// <exception cref="ArgumentException">No mark is given: everybody would have them all.</exception>
    public static ExpectedIdentity Marked(string issuer, IReadOnlyDictionary<IdentityExtension, string> extensions)
    {
        ArgumentNullException.ThrowIfNull(extensions);
        return extensions.Count > 0
            ? new(issuer, null, extensions)
            : throw new ArgumentException("At least one extension must be expected.", nameof(extensions));
    }

    /// <summary>The first mark that the certificate does not bear, or null.</summary>
    internal string? FirstMismatch(CertificateIdentity identity) =>
        identity.Issuer != Issuer ? nameof(CertificateIdentity.Issuer)
        : subjectAlternativeName is { } name && name != identity.SubjectAlternativeName ? nameof(CertificateIdentity.SubjectAlternativeName)
        : extensions.Where(expected => identity[expected.Key] != expected.Value).Select(expected => expected.Key.ToString()).FirstOrDefault();
}
