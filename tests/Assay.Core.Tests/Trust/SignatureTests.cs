using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;
using Microsoft.IdentityModel.Tokens;

namespace Assay.Core.Tests.Trust;

public sealed class SignatureTests
{
    private readonly Fixture github = Fixture.GitHub();

    [Fact]
    public void A_signature_by_the_named_key_verifies() => Assert.Equal("", CodeWith(TestIssuer.Sign(github.Payload), TestIssuer.Key()));

    [Fact]
    public void A_changed_payload_does_not_verify()
    {
        var parts = TestIssuer.Sign(github.Payload).Split('.');
        var forged = github.With("repository_id", "75").Payload.ToJsonString();

        Assert.Equal(RefusalCodes.BadSignature, CodeWith($"{parts[0]}.{TestIssuer.Encode(forged)}.{parts[2]}", TestIssuer.Key()));
    }

    [Fact]
    public void Another_key_under_the_same_id_does_not_verify()
    {
        using var other = RSA.Create(2048);

        Assert.Equal(RefusalCodes.BadSignature, CodeWith(TestIssuer.Sign(github.Payload), TestIssuer.PublicKey(other, TestIssuer.KeyId)));
    }

    [Fact]
    public void An_unknown_key_is_told_apart_so_that_keys_can_be_fetched_again()
    {
        var key = TestIssuer.Key();
        key.Kid = "another";

        Assert.Equal(RefusalCodes.UnknownKey, CodeWith(TestIssuer.Sign(github.Payload), key));
        Assert.Equal(RefusalCodes.UnknownKey, CodeWith(TestIssuer.Sign(github.Payload)));
    }

    [Theory]
    [InlineData("enc")]
    [InlineData("jwt-svid")]
    [InlineData("")]
    [InlineData(null)]
    public void A_key_that_is_not_for_signing_is_not_used(string? use)
    {
        var key = TestIssuer.Key();
        key.Use = use;

        Assert.Equal(RefusalCodes.KeyNotSuitable, CodeWith(TestIssuer.Sign(github.Payload), key));
    }

    [Fact]
    public void A_spiffe_bundles_keys_are_marked_as_such_and_no_others_are_used()
    {
        var spiffe = Fixture.Read("spiffe");
        var text = TestIssuer.Sign(spiffe.Payload);

        Assert.IsType<Verification.Verified>(spiffe.Verify(text, TestIssuer.Key("jwt-svid")));
        Assert.Equal(RefusalCodes.KeyNotSuitable, Assert.IsType<Verification.Refused>(spiffe.Verify(text, TestIssuer.Key("sig"))).Refusal.Code);
    }

    [Fact]
    public void A_key_for_another_algorithm_is_not_used()
    {
        var key = TestIssuer.Key();
        key.Alg = "RS512";

        Assert.Equal(RefusalCodes.KeyNotSuitable, CodeWith(TestIssuer.Sign(github.Payload), key));
    }

    [Fact]
    public void A_short_rsa_key_is_not_used()
    {
        using var weak = RSA.Create(1024);
        var text = TestIssuer.Sign(TestIssuer.Header(), github.Payload.ToJsonString(), weak);

        Assert.Equal(RefusalCodes.KeyNotSuitable, CodeWith(text, TestIssuer.PublicKey(weak, TestIssuer.KeyId)));
    }

    [Fact]
    public void Zeros_before_a_short_rsa_key_make_it_no_longer()
    {
        using var weak = RSA.Create(1024);
        var key = TestIssuer.PublicKey(weak, TestIssuer.KeyId);
        key.N = Base64UrlEncoder.Encode([.. new byte[128], .. weak.ExportParameters(false).Modulus!]);

        Assert.Equal(RefusalCodes.KeyNotSuitable, CodeWith(TestIssuer.Sign(TestIssuer.Header(), github.Payload.ToJsonString(), weak), key));
    }

    [Fact]
    public void A_key_whose_numbers_are_none_verifies_nothing()
    {
        var whole = TestIssuer.Key();
        var key = new JsonWebKey { Kty = "RSA", N = whole.N, E = "", Kid = whole.Kid, Use = "sig", Alg = "RS256" };

        Assert.Equal(RefusalCodes.KeyNotSuitable, CodeWith(TestIssuer.Sign(github.Payload), key));
    }

    [Fact]
    public void Key_ids_are_compared_character_for_character()
    {
        var key = TestIssuer.Key();
        key.Kid = TestIssuer.KeyId.ToUpperInvariant();

        Assert.NotEqual(TestIssuer.KeyId, key.Kid);
        Assert.Equal(RefusalCodes.UnknownKey, CodeWith(TestIssuer.Sign(github.Payload), key));
    }

    [Fact]
    public void A_symmetric_key_in_the_key_set_is_not_used()
    {
        var key = new JsonWebKey { Kty = "oct", K = "c2VjcmV0", Kid = TestIssuer.KeyId, Use = "sig" };

        Assert.Equal(RefusalCodes.KeyNotSuitable, CodeWith(TestIssuer.Sign(github.Payload), key));
    }

    [Fact]
    public void The_public_key_is_no_shared_secret()
    {
        var header = TestIssuer.Header();
        header["alg"] = "HS256";
        var text = TestIssuer.Assemble(header, github.Payload.ToJsonString(), bytes => HMACSHA256.HashData(TestIssuer.PublicPem(), bytes));

        Assert.Equal(RefusalCodes.AlgorithmNotAllowed, CodeWith(text, TestIssuer.Key()));
    }

    [Fact]
    public void An_algorithm_that_the_provider_does_not_use_is_not_allowed()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var text = SignWithCurve(curve, "ES256");

        Assert.Equal(RefusalCodes.AlgorithmNotAllowed, CodeWith(text, CurveKey(curve)));
    }

    [Fact]
    public void Elliptic_curves_verify_where_the_provider_uses_them_and_only_with_their_algorithm()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var definition = github.Definition with { Algorithms = ["ES256", "ES384"] };

        Assert.Equal("", CodeWith(SignWithCurve(curve, "ES256"), definition, CurveKey(curve)));
        Assert.Equal(RefusalCodes.KeyNotSuitable, CodeWith(SignWithCurve(curve, "ES384"), definition, CurveKey(curve)));
    }

    [Fact]
    public void A_key_brought_along_in_the_header_is_ignored()
    {
        using var own = RSA.Create(2048);
        var header = TestIssuer.Header();
        header["jwk"] = new JsonObject { ["kty"] = "RSA" };
        header["jku"] = "https://evil.example/keys";

        Assert.Equal(RefusalCodes.BadSignature, CodeWith(TestIssuer.Sign(header, github.Payload.ToJsonString(), own), TestIssuer.Key()));
    }

    [Fact]
    public void Of_two_keys_with_one_id_the_suitable_one_is_used()
    {
        var encryption = TestIssuer.Key();
        encryption.Use = "enc";

        Assert.Equal("", CodeWith(TestIssuer.Sign(github.Payload), encryption, TestIssuer.Key()));
    }

    private string SignWithCurve(ECDsa curve, string algorithm)
    {
        var header = TestIssuer.Header();
        header["alg"] = algorithm;
        return TestIssuer.Assemble(header, github.Payload.ToJsonString(), bytes => curve.SignData(bytes, HashAlgorithmName.SHA256));
    }

    private static JsonWebKey CurveKey(ECDsa curve)
    {
        var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(ECDsa.Create(curve.ExportParameters(false))));
        key.Kid = TestIssuer.KeyId;
        key.Use = "sig";
        return key;
    }

    private string CodeWith(string text, params JsonWebKey[] keys) => CodeWith(text, github.Definition, keys);

    private static string CodeWith(string text, Assay.Trust.Providers.ProviderDefinition definition, params JsonWebKey[] keys)
    {
        var github = Fixture.GitHub();
        if (!UnverifiedToken.TryParse(text, TokenLimits.Default, out var token, out var refusal))
        {
            return refusal.Code;
        }
        var verification = TokenVerification.Verify(
            token, definition, github.Binding, keys, new HashSet<string> { github.Audience }, github.Now, TimeSpan.Zero);
        return verification is Verification.Refused refused ? refused.Refusal.Code : "";
    }
}
