using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Assay.Core.Tests.Provenance.World;
using Assay.Npm;
using Assay.Provenance;
using Assay.Provenance.Sigstore;

namespace Assay.Core.Tests.Provenance;

public sealed class UnverifiedBundleTests
{
    private const string Entry = "verificationMaterial/tlogEntries/0";

    private static readonly string Good = new TestBundle().Json().ToJsonString();

    private static readonly Dictionary<string, Action<JsonNode>> Malformed = new()
    {
        ["an unknown media type"] = bundle => bundle["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.4",
        ["a media type with a space"] = bundle => bundle["mediaType"] = "application/vnd.dev.sigstore.bundle+json; version=0.2",
        ["no media type"] = bundle => bundle.AsObject().Remove("mediaType"),
        ["no material"] = bundle => bundle.AsObject().Remove("verificationMaterial"),
        ["a number that is a number"] = bundle => bundle.At(Entry)["logIndex"] = 5,
        ["a negative number"] = bundle => bundle.At(Entry)["logIndex"] = "-5",
        ["a number with a sign"] = bundle => bundle.At(Entry)["logIndex"] = "+5",
        ["a number that begins with zero"] = bundle => bundle.At(Entry)["logIndex"] = "05",
        ["a number with a space"] = bundle => bundle.At(Entry)["logIndex"] = " 5",
        ["an empty number"] = bundle => bundle.At(Entry)["logIndex"] = "",
        ["a number of 65 bits"] = bundle => bundle.At(Entry)["logIndex"] = "18446744073709551616",
        ["a certificate and a key"] = bundle => bundle["verificationMaterial"]!["publicKey"] = new JsonObject { ["hint"] = "x" },
        ["neither certificate nor key"] = bundle => bundle["verificationMaterial"]!.AsObject().Remove("certificate"),
        ["a chain in version 0.3"] = bundle => Chain(bundle, 1),
        ["an empty chain"] = bundle => Chain(bundle, 0, "application/vnd.dev.sigstore.bundle+json;version=0.2"),
        ["a chain that is too long"] = bundle => Chain(bundle, 9, "application/vnd.dev.sigstore.bundle+json;version=0.2"),
        ["an envelope and a message"] = bundle => bundle["messageSignature"] = new JsonObject { ["signature"] = "AAAA" },
        ["no content"] = bundle => bundle.AsObject().Remove("dsseEnvelope"),
        ["two signatures"] = bundle => Signatures(bundle).Add(Signatures(bundle)[0]!.DeepClone()),
        ["no signature"] = bundle => Signatures(bundle).Clear(),
        ["an empty signature"] = bundle => Signatures(bundle)[0]!["sig"] = "",
        ["a key id that is too long"] = bundle => Signatures(bundle)[0]!["keyid"] = new string('x', 257),
        ["another payload type"] = bundle => bundle["dsseEnvelope"]!["payloadType"] = "text/plain",
        ["base64 with white space"] = bundle => bundle["dsseEnvelope"]!["payload"] = bundle["dsseEnvelope"]!["payload"]!.GetValue<string>().Insert(4, "\n"),
        ["base64url"] = bundle => bundle["dsseEnvelope"]!["payload"] = "__8=",
        ["base64 without its padding"] = bundle => bundle["dsseEnvelope"]!["payload"] = "AAA",
        ["base64 with stray bits"] = bundle => bundle["dsseEnvelope"]!["payload"] = "AAB=",
        ["bytes that are a list"] = bundle => bundle["dsseEnvelope"]!["payload"] = new JsonArray(1, 2),
        ["an entry that is text"] = bundle => bundle["verificationMaterial"]!["tlogEntries"]![0] = "entry",
        ["entries that are an object"] = bundle => bundle["verificationMaterial"]!["tlogEntries"] = new JsonObject(),
        ["five entries"] = bundle => bundle["verificationMaterial"]!["tlogEntries"] = Repeat(bundle.At(Entry), 5),
        ["sixty-four proof hashes"] = bundle => bundle.At(Entry + "/inclusionProof")["hashes"] = Repeat("AAAA", 64),
        ["five timestamps"] = bundle => bundle.At("verificationMaterial/timestampVerificationData")["rfc3161Timestamps"] =
            Repeat(new JsonObject { ["signedTimestamp"] = "AAAA" }, 5),
        ["an endless checkpoint"] = bundle => bundle.At(Entry + "/inclusionProof/checkpoint")["envelope"] = new string('x', 20_000),
    };

    public static TheoryData<string> Names() => [.. Malformed.Keys];

    [Theory]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.1")]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.2")]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.3")]
    [InlineData("application/vnd.dev.sigstore.bundle.v0.3+json")]
    public void Reads_what_a_bundle_is_about(string mediaType)
    {
        Assert.True(TryRead(new TestBundle { MediaType = mediaType }.Json().ToJsonString(), out var bundle));

        Assert.Equal("pkg:npm/%40acme/x@1.0.0", bundle.Subject);
        Assert.Equal(mediaType, bundle.MediaType);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Refuses_a_bundle_with(string what)
    {
        var bundle = JsonNode.Parse(Good)!;
        Malformed[what](bundle);

        Assert.False(UnverifiedBundle.TryParse(bundle.ToJsonString(), out _, out var refused));
        Assert.Equal(BundleRefusalCodes.Malformed, refused.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"mediaType\":7}")]
    [InlineData("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\"}")]
    [InlineData("{\"mediaType\":\"\\ud800\"}")]
    public void Refuses_what_is_not_a_bundle(string json) => Assert.False(TryRead(json, out _));

    [Theory]
    [InlineData("{\"mediaType\":", "{\"mediaType\":\"\",\"mediaType\":")]
    [InlineData("\"logIndex\":\"5\",", "\"logIndex\":\"5\",\"logIndex\":\"5\",")]
    [InlineData("\"payload\":", "\"payload\":\"\",\"payload\":")]
    [InlineData("\"payload\":", "\"payload\":\"\",\"p\\u0061yload\":")]
    public void Refuses_two_members_of_one_name(string once, string twice)
    {
        Assert.Contains(once, Good, StringComparison.Ordinal);

        Assert.False(UnverifiedBundle.TryParse(Good.Replace(once, twice, StringComparison.Ordinal), out _, out _));
    }

    [Fact]
    public void Refuses_two_members_of_one_name_in_a_statement()
    {
        var bundle = JsonNode.Parse(Good)!;
        bundle["dsseEnvelope"]!["payload"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(
            TestBundle.ValidStatement().ToJsonString().Replace("{\"_type\"", "{\"subject\":[],\"_type\"", StringComparison.Ordinal)));

        Assert.False(TryRead(bundle.ToJsonString(), out _));
    }

    [Fact]
    public void Refuses_a_statement_that_is_not_utf_8_to_its_end()
    {
        var bundle = JsonNode.Parse(Good)!;
        var payload = System.Text.Encoding.UTF8.GetBytes(TestBundle.ValidStatement().ToJsonString());
        payload[payload.AsSpan().IndexOf("buildDefinition"u8)] = 0xff;
        bundle["dsseEnvelope"]!["payload"] = Convert.ToBase64String(payload);

        Assert.False(TryRead(bundle.ToJsonString(), out _));
    }

    [Fact]
    public void Refuses_what_is_huge_without_reading_it()
    {
        Assert.False(UnverifiedBundle.TryParse(Good + new string(' ', 1024 * 1024), out _, out var refused));

        Assert.Equal(BundleRefusalCodes.TooLarge, refused.Code);
    }

    [Fact]
    public void Refuses_what_is_nested_without_end() =>
        Assert.False(UnverifiedBundle.TryParse(new string('[', 500_000) + new string(']', 500_000), out _, out _));

    [Fact]
    public void Passes_over_what_it_does_not_know_and_takes_null_for_absent()
    {
        var bundle = JsonNode.Parse(Good)!;
        bundle["later"] = new JsonObject();
        bundle["messageSignature"] = null;

        Assert.True(UnverifiedBundle.TryParse(bundle.ToJsonString(), out _, out _));
    }

    [Fact]
    public void Refuses_a_statement_about_two_subjects()
    {
        var statement = TestBundle.ValidStatement();
        statement["subject"]!.AsArray().Add(TestBundle.Subject("pkg:npm/b@1.0.0", "sha512", "00"));

        Assert.False(TryRead(new TestBundle { Statement = statement }.Json().ToJsonString(), out _));
    }

    [Theory]
    [InlineData("@acme/x", "1.1.0-rc.1", "pkg:npm/%40acme/x@1.1.0-rc.1")]
    [InlineData("left-pad", "1.0.0", "pkg:npm/left-pad@1.0.0")]
    public void Names_a_version_as_statements_do(string name, string version, string expected)
    {
        Assert.True(PackageName.TryParse(name, out var package));
        Assert.True(SemanticVersion.TryParse(version, out var parsed));

        Assert.Equal(expected, PackageUrl.Of(package, parsed));
    }

    private static JsonArray Signatures(JsonNode bundle) => bundle["dsseEnvelope"]!["signatures"]!.AsArray();

    private static void Chain(JsonNode bundle, int length, string mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json")
    {
        var material = bundle["verificationMaterial"]!.AsObject();
        material.Remove("certificate", out var certificate);
        material["x509CertificateChain"] = new JsonObject { ["certificates"] = Repeat(certificate!, length) };
        bundle["mediaType"] = mediaType;
    }

    private static JsonArray Repeat(JsonNode node, int times) => [.. Enumerable.Range(0, times).Select(_ => node.DeepClone())];

    /// <summary>A bundle around a statement about one subject, as uploads have to be.</summary>
    private static bool TryRead(string json, [NotNullWhen(true)] out UnverifiedBundle? bundle)
    {
        bundle = UnverifiedBundle.TryParse(json, out var parsed, out _) && parsed.Subject.Length > 0 ? parsed : null;
        return bundle is not null;
    }
}
