using Assay.Core.Tests.Provenance.World;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Certificates;

namespace Assay.Core.Tests.Provenance;

public sealed class CertificateIdentityTests
{
    [Fact]
    public void Every_extension_is_read()
    {
        var extensions = Enum.GetValues<IdentityExtension>().Where(extension => extension is not IdentityExtension.None).ToList();

        var identity = Read([.. extensions.Select(extension => ((int)extension, Value(extension)))])!;

        Assert.Equal(23, extensions.Count);
        Assert.Equal(extensions, identity.Extensions);
        Assert.All(extensions, extension => Assert.Equal(Value(extension), identity[extension]));
    }

    [Fact]
    public void What_is_absent_is_null_and_what_is_unknown_is_passed_over()
    {
        var identity = Read([(8, TestCertificate.Issuer), (25, "later")])!;

        Assert.Equal([IdentityExtension.Issuer], identity.Extensions);
        Assert.Null(identity[IdentityExtension.SourceRepositoryId]);
    }

    [Fact]
    public void The_old_issuer_is_the_issuer_where_there_is_no_other() =>
        Assert.Equal(TestCertificate.Issuer, Read([(1, TestCertificate.Issuer)])!.Issuer);

    private static string Value(IdentityExtension extension) =>
        extension is IdentityExtension.Issuer or IdentityExtension.OldIssuer ? TestCertificate.Issuer : $"the value of {extension}, ä";

    private static CertificateIdentity? Read((int Number, string Text)[] extensions)
    {
        var json = new TestBundle { Certificate = new() { Extensions = extensions } }.Json().ToJsonString();
        var verdict = Bundles.Verify(
            json, TestSigstore.Shared.Root(), new BundleExpectations(new ExpectedSigner.AnyCertificate(), TestSigstore.Package));
        return verdict is BundleVerdict.Verified { Signer: BundleSigner.Certificate signer } ? signer.Identity : null;
    }
}
