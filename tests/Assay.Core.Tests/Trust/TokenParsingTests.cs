using System.Text.Json.Nodes;
using Assay.Trust.Refusals;
using Assay.Trust.Tokens;
using CsCheck;

namespace Assay.Core.Tests.Trust;

public sealed class TokenParsingTests
{
    private static readonly JsonObject Payload = Fixture.GitHub().Payload;

    [Fact]
    public void A_token_shows_what_finds_its_key_and_nothing_else()
    {
        var text = TestIssuer.Sign(Payload);

        Assert.True(UnverifiedToken.TryParse(text, TokenLimits.Default, out var token, out _));
        Assert.Equal("https://token.actions.githubusercontent.com", token.Issuer);
        Assert.Equal("RS256", token.Algorithm);
        Assert.Equal(TestIssuer.KeyId, token.KeyId);
        Assert.DoesNotContain(text.Split('.')[1], token.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("npm_abc")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("..")]
    public void Other_texts_are_malformed(string text) => Assert.Equal(RefusalCodes.MalformedToken, CodeOf(text));

    [Fact]
    public void A_token_over_the_size_limit_is_malformed()
    {
        var payload = Payload.DeepClone().AsObject();
        for (var index = 0; index < 5; index++)
        {
            payload[$"padding{index}"] = new string('x', 3000);
        }
        Assert.Equal(RefusalCodes.MalformedToken, CodeOf(TestIssuer.Sign(payload)));
    }

    [Fact]
    public void A_string_over_its_limit_is_malformed() => Assert.Equal(RefusalCodes.MalformedToken, CodeWith("padding", new string('x', 4097)));

    [Fact]
    public void A_long_string_is_malformed_wherever_it_stands()
    {
        Assert.Equal("", CodeWith("padding", new JsonArray(new string('x', 4096))));
        Assert.Equal(RefusalCodes.MalformedToken, CodeWith("padding", new JsonArray(new string('x', 4097))));
        Assert.Equal(RefusalCodes.MalformedToken, CodeWith("padding", new JsonObject { ["x"] = new string('x', 4097) }));
        Assert.Equal(RefusalCodes.MalformedToken, CodeWith(new string('x', 4097), 1));
    }

    [Fact]
    public void A_fourth_segment_is_malformed() => Assert.Equal(RefusalCodes.MalformedToken, CodeOf(TestIssuer.Sign(Payload) + ".AAAA"));

    [Fact]
    public void Bytes_that_are_no_utf8_are_malformed()
    {
        var parts = TestIssuer.Sign(Payload).Split('.');
        var payload = System.Buffers.Text.Base64Url.EncodeToString([.. "{\"iss\":\"https://a.example/"u8, 0xFF, .. "\"}"u8]);

        Assert.Equal(RefusalCodes.MalformedToken, CodeOf($"{parts[0]}.{payload}.{parts[2]}"));
    }

    [Fact]
    public void Too_many_claims_are_malformed()
    {
        var payload = Payload.DeepClone().AsObject();
        for (var index = 0; index < 128; index++)
        {
            payload[$"c{index}"] = 1;
        }
        Assert.Equal(RefusalCodes.MalformedToken, CodeOf(TestIssuer.Sign(payload)));
    }

    [Fact]
    public void Deep_nesting_is_malformed()
    {
        Assert.Equal("", CodeWith("x", JsonNode.Parse("[{\"a\":{}}]")!));
        Assert.Equal(RefusalCodes.MalformedToken, CodeWith("x", JsonNode.Parse("[{\"a\":{\"b\":{}}}]")!));
    }

    [Theory]
    [InlineData("{\"iss\":\"https://a.example\",\"iss\":\"https://token.actions.githubusercontent.com\"}")]
    [InlineData("{\"iss\":\"https://a.example\",\"\\u0069ss\":\"https://token.actions.githubusercontent.com\"}")]
    [InlineData("{\"iss\":\"https://a.example\",\"x\":{\"a\":1,\"a\":2}}")]
    [InlineData("{\"iss\":\"https://a.example\",\"x\":\"\\ud800\"}")]
    [InlineData("{\"iss\":\"https://a.example\",\"\\ud800\":1}")]
    [InlineData("{\"iss\":\"https://a.example\"} {}")]
    [InlineData("{\"iss\":\"https://a.example\",}")]
    [InlineData("{\"iss\":\"https://a.example\"/**/}")]
    [InlineData("{\"iss\":\"\"}")]
    [InlineData("{\"iss\":null}")]
    [InlineData("{\"iss\":[\"https://a.example\"]}")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"iss\"")]
    public void A_payload_that_parsers_could_read_differently_is_malformed(string payload) =>
        Assert.Equal(RefusalCodes.MalformedToken, CodeOf(TestIssuer.Sign(TestIssuer.Header(), payload)));

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS256")]
    [InlineData("HS512")]
    [InlineData("rs256")]
    [InlineData("EdDSA")]
    [InlineData("")]
    public void No_signature_and_shared_secrets_are_not_allowed(string algorithm)
    {
        var header = TestIssuer.Header();
        header["alg"] = algorithm;

        Assert.Equal(RefusalCodes.AlgorithmNotAllowed, CodeOf(TestIssuer.Sign(header, Payload.ToJsonString())));
    }

    [Fact]
    public void Alg_none_is_not_allowed_without_a_signature_either()
    {
        var header = new JsonObject { ["alg"] = "none", ["kid"] = TestIssuer.KeyId };

        Assert.Equal(RefusalCodes.AlgorithmNotAllowed, CodeOf(TestIssuer.Assemble(header, Payload.ToJsonString(), _ => [])));
    }

    [Fact]
    public void An_empty_signature_is_malformed() =>
        Assert.Equal(RefusalCodes.MalformedToken, CodeOf(TestIssuer.Assemble(TestIssuer.Header(), Payload.ToJsonString(), _ => [])));

    [Theory]
    [InlineData("crit", "[\"exp\"]")]
    [InlineData("typ", "\"at+jwt\"")]
    [InlineData("typ", "1")]
    [InlineData("kid", "\"\"")]
    [InlineData("kid", "null")]
    public void Unusual_headers_are_malformed(string member, string value)
    {
        var header = TestIssuer.Header();
        header[member] = JsonNode.Parse(value);

        Assert.Equal(RefusalCodes.MalformedToken, CodeOf(TestIssuer.Sign(header, Payload.ToJsonString())));
    }

    [Theory]
    [InlineData("jwt")]
    [InlineData("JOSE")]
    [InlineData(null)]
    public void Usual_types_are_accepted(string? type)
    {
        var header = TestIssuer.Header();
        header.Remove("typ");
        if (type is not null)
        {
            header["typ"] = type;
        }
        Assert.Equal("", CodeOf(TestIssuer.Sign(header, Payload.ToJsonString())));
    }

    [Fact]
    public void A_segment_has_one_spelling_only()
    {
        var text = TestIssuer.Sign(Payload);
        var last = text[^1];

        // 256 bytes end in a character whose last four bits are unused.
        Assert.Contains(last, "AQgw");
        Assert.Equal(RefusalCodes.MalformedToken, CodeOf(text[..^1] + (char)(last + 1)));
        Assert.Equal(RefusalCodes.MalformedToken, CodeOf(text + "=="));
        Assert.Equal(RefusalCodes.MalformedToken, CodeOf(text.Insert(20, "\n")));
        Assert.Equal(RefusalCodes.MalformedToken, CodeOf(text.Insert(20, " ")));
    }

    [Fact]
    public void No_text_makes_the_parser_throw()
    {
        Gen.String.Sample(text => { CodeOf(text); });
        Gen.Select(Gen.String, Gen.String).Sample((header, payload) =>
        {
            CodeOf($"{TestIssuer.Encode(header)}.{TestIssuer.Encode(payload)}.AAAA");
        });
    }

    private static string CodeWith(string claim, JsonNode value)
    {
        var payload = Payload.DeepClone().AsObject();
        payload[claim] = value;
        return CodeOf(TestIssuer.Sign(payload));
    }

    private static string CodeOf(string text) =>
        UnverifiedToken.TryParse(text, TokenLimits.Default, out _, out var refusal) ? "" : refusal.Code;
}
