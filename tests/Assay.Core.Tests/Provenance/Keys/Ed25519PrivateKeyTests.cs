using Assay.Provenance.Keys;
using Assay.Provenance.Sigstore.Keys;

namespace Assay.Core.Tests.Provenance.Keys;

/// <summary>The framework has no Ed25519: what is made here must be what everybody else reads.</summary>
public sealed class Ed25519PrivateKeyTests
{
    // openssl genpkey -algorithm ed25519
    private const string Pem = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIJ4BWIcIm1PthkkTnJIAfTsaYMWO3/7qG5s1tOFN9N/M
        -----END PRIVATE KEY-----
        """;

    // openssl pkey -pubout
    private const string Public = "MCowBQYDK2VwAyEATBk/ghZ0+JWuBGvNbQrwDD66vxsjihqSbZaMVpDGQfw=";

    // openssl pkeyutl -sign -rawin, over "message": one key has one signature of a text.
    private const string Signature = "15arV+cnf1YQcQfV4r8BmupzKa/zVUSuSCMqTjYcKHeqkjqN4fBq9a+B8gOFQwaamTKtGUTpQkoqnUihlbiaCw==";

    [Fact]
    public void Signs_and_is_written_as_openssl_does()
    {
        var key = Ed25519PrivateKey.FromPem(Pem)!;

        Assert.Equal(Public, Convert.ToBase64String(Ed25519PublicKey.ToSubjectPublicKeyInfo(key.PublicKey.Span)));
        Assert.Equal(Signature, Convert.ToBase64String(key.Sign("message"u8)));
        Assert.Equal(Pem, key.ExportPkcs8PrivateKeyPem());
    }

    [Fact]
    public void A_new_key_is_another_one_and_signs()
    {
        var key = Ed25519PrivateKey.Create();
        var info = Ed25519PublicKey.ToSubjectPublicKeyInfo(key.PublicKey.Span);

        Assert.NotEqual(key.PublicKey, Ed25519PrivateKey.Create().PublicKey);
        Assert.True(VerificationKey.TryCreate(info, out var verification));
        Assert.True(verification.Verifies("message"u8, key.Sign("message"u8)));
        Assert.Equal(key.PublicKey, Ed25519PublicKey.FromSubjectPublicKeyInfo(info));
    }

    [Theory]
    [InlineData("")]
    [InlineData("MC4CAQAwBQYDK2VwBCIEIJ4BWIcIm1PthkkTnJIAfTsaYMWO3/7qG5s1tOFN9N/M")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEATBk/ghZ0+JWuBGvNbQrwDD66vxsjihqSbZaMVpDGQfw=\n-----END PUBLIC KEY-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ4BWIcIm1PthkkTnJIAfTsaYMWO3/7qG5s1tOFN9N8=\n-----END PRIVATE KEY-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEIJ4BWIcIm1PthkkTnJIAfTsaYMWO3/7qG5s1tOFN9N/M\n-----END PRIVATE KEY-----")]
    public void What_is_no_ed25519_key_is_not_read(string pem) => Assert.Null(Ed25519PrivateKey.FromPem(pem));

    [Fact]
    public void A_key_of_another_kind_is_no_ed25519_key()
    {
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);

        Assert.Null(Ed25519PublicKey.FromSubjectPublicKeyInfo(other.ExportSubjectPublicKeyInfo()));
        Assert.Null(Ed25519PublicKey.FromSubjectPublicKeyInfo(Convert.FromBase64String(Public).AsSpan(1)));
    }
}
