using System.Security.Cryptography;
using Assay.Core.Tests.Provenance.World;
using Assay.Provenance.Sigstore.Keys;
using Assay.Provenance.Sigstore.Roots;

namespace Assay.Core.Tests.Provenance;

public sealed class TrustedRootTests
{
    [Theory]
    [InlineData("PKIX_ECDSA_P384_SHA_384")]
    [InlineData("PKIX_ED25519")]
    [InlineData("PKCS1_RSA_PKCS1V5")]
    public void A_key_that_is_not_what_it_is_called_spoils_the_root(string details)
    {
        var root = TestSigstore.Shared.RootJson();
        root.At("tlogs/0/publicKey")["keyDetails"] = details;

        Assert.False(TrustedRoot.TryParse(root.ToJsonString(), out _));
    }

    [Fact]
    public void A_key_of_an_unknown_kind_is_left_out()
    {
        var root = TestSigstore.Shared.RootJson();
        root.At("tlogs/0/publicKey")["keyDetails"] = "ML_DSA_65";

        Assert.True(TrustedRoot.TryParse(root.ToJsonString(), out _));
    }

    [Theory]
    [InlineData("mediaType", "application/json")]
    [InlineData("tlogs", "none")]
    public void What_is_no_trusted_root_is_refused(string member, string value)
    {
        var root = TestSigstore.Shared.RootJson();
        root[member] = value;

        Assert.False(TrustedRoot.TryParse(root.ToJsonString(), out _));
    }

    [Fact]
    public void Both_bounds_of_a_window_belong_to_it()
    {
        var start = TestSigstore.SignedAt;
        var window = new ValidityWindow(start, start.AddDays(1));

        Assert.True(window.Contains(start) && window.Contains(start.AddDays(1)));
        Assert.False(window.Contains(start.AddTicks(-1)) || window.Contains(start.AddDays(1).AddTicks(1)));
        Assert.True(new ValidityWindow(start, null).Contains(DateTimeOffset.MaxValue));
        Assert.False(new ValidityWindow(null, start.AddDays(1)).Contains(start));
    }

    [Fact]
    public void Keys_of_every_accepted_kind_verify_what_they_signed_and_nothing_else()
    {
        using var rsa = RSA.Create(2048);
        using var small = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        byte[] data = [1, 2, 3];

        ShouldVerify(rsa.ExportSubjectPublicKeyInfo(), data, rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        ShouldVerify(
            small.ExportSubjectPublicKeyInfo(), data, small.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        ShouldVerify(
            large.ExportSubjectPublicKeyInfo(), data, large.SignData(data, HashAlgorithmName.SHA384, DSASignatureFormat.Rfc3279DerSequence));
    }

    /// <summary>RFC 8032 7.1, test 2.</summary>
    [Fact]
    public void Ed25519_verifies_the_vector_of_its_standard() => ShouldVerify(
        Convert.FromHexString("302A300506032B65700321003D4017C3E843895A92B70AA74D1B7EBC9C982CCF2EC4968CC0CD55F12AF4660C"),
        [0x72],
        Convert.FromHexString(
            "92A009A9F0D4CAB8720E820B5F642540A2B27B5416503F8FB3762223EBDB69DA085AC1E43E15996E458F3613D0F11D8C387B2EAEB4302AEEB00D291612BB0C00"));

    [Fact]
    public void Weak_and_strange_keys_are_not_accepted()
    {
        using var weak = RSA.Create(1024);
        using var strange = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);

        Assert.False(VerificationKey.TryCreate(weak.ExportSubjectPublicKeyInfo(), out _));
        Assert.False(VerificationKey.TryCreate(strange.ExportSubjectPublicKeyInfo(), out _));
        Assert.False(VerificationKey.TryCreate([], out _));
        Assert.False(VerificationKey.TryFromPem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", out _));
    }

    private static void ShouldVerify(byte[] spki, byte[] data, byte[] signature)
    {
        Assert.True(VerificationKey.TryCreate(spki, out var key));

        Assert.True(key.Verifies(data, signature));
        Assert.False(key.Verifies([.. data, 0], signature));
        Assert.False(key.Verifies(data, signature.AsSpan(0, signature.Length - 1)));
        Assert.False(key.Verifies(data, []));
    }
}
