using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Npm;

namespace Assay.Core.Tests.Npm;

public sealed class PublishDocumentReaderTests
{
    [Fact]
    public async Task Divides_a_document_into_metadata_and_tarball()
    {
        var body = Documents.Valid();

        var (document, tarball) = await Documents.AcceptAsync(body.Bytes());

        Assert.Equal(Documents.Tarball, tarball);
        Assert.Equal(new AttachedTarball("@acme/x-1.0.0.tgz", tarball.Length, tarball.Length), document.Tarball);
        body["_attachments"]!["@acme/x-1.0.0.tgz"]!["data"] = "";
        Assert.True(JsonNode.DeepEquals(body, document.Json));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(64)]
    public async Task Reads_the_same_however_the_network_cuts(int pieceSize)
    {
        var (document, tarball) = await Documents.AcceptAsync(Documents.Valid().Bytes(), pieceSize: pieceSize);

        Assert.Equal(Documents.Tarball, tarball);
        Assert.Equal("@acme/x", document.Json["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Reads_a_thousand_generated_documents()
    {
        var random = new Random(17);
        for (var run = 0; run < 1000; run++)
        {
            var bytes = TarballReaderTests.Noise(random.Next(200));
            var expected = Generate(random, bytes);

            var (document, tarball) = await Documents.AcceptAsync(Spell(expected, random), pieceSize: random.Next(1, 40));

            Assert.Equal(bytes, tarball);
            expected["_attachments"]!["x.tgz"]!["data"] = "";
            Assert.True(JsonNode.DeepEquals(expected, document.Json));
        }
    }

    [Theory]
    [InlineData("+/+/", "+/+/")]
    [InlineData("\\u002b\\/\\u002B\\u002f", "+/+/")]
    [InlineData("QUI\\u003d", "QUI=")]
    [InlineData("\\u0051Q\\u003D=", "QQ==")]
    [InlineData("", "")]
    public async Task Understands_escapes_in_the_base64(string written, string meant)
    {
        foreach (var pieceSize in (int[])[1, 2, 100])
        {
            var (_, tarball) = await Documents.AcceptAsync(Encoding.ASCII.GetBytes(Body(written)), pieceSize: pieceSize);
            Assert.Equal(Convert.FromBase64String(meant), tarball);
        }
    }

    [Theory]
    [InlineData("QUI")]
    [InlineData("QUJD QUJD")]
    [InlineData("QUJD    QUJD")]
    [InlineData("QUJDQUJDQ")]
    [InlineData("QUI=QUJD")]
    [InlineData("QUJD\\n")]
    [InlineData("QUJ\\u0020")]
    [InlineData("QUJ\\u0130")]
    [InlineData("QUJ\\uzzzz")]
    [InlineData("QU-_")]
    [InlineData("Q===")]
    [InlineData("====")]
    [InlineData("    ")]
    public Task Refuses_bad_base64(string data) => Documents.RefuseAsync("bad-base64", Body(data));

    [Fact]
    public Task Refuses_two_tarballs() => Documents.RefuseAsync(
        "two-tarballs", """{"_attachments":{"a.tgz":{"data":"QUJD"},"b.tgz":{"data":"QUJD"}}}""");

    [Theory]
    [InlineData("""{"_attachments":{"a.tgz":{"data":"QUJD","data":"QUJD"}}}""")]
    [InlineData("""{"_attachments":{"a.tgz":{"data":"QUJD"}},"_attachments":{"a.tgz":{"data":"QUJD"}}}""")]
    [InlineData("""{"_attachments":{"a.tgz":{"data":"QUJD"}},"_attachments":{"a.tgz":{"d\u0061ta":"QUJD"}}}""")]
    public Task Refuses_two_data_for_one_tarball(string body) => Documents.RefuseAsync("two-tarballs", body);

    [Theory]
    [InlineData("""{"name":"a","name":"b"}""")]
    [InlineData("""{"versions":{"1.0.0":{},"1.0.0":{}}}""")]
    [InlineData("""{"versions":{"1.0.0":{"version":"1.0.0","version":"2.0.0"}}}""")]
    [InlineData("""{"dist-tags":{"latest":"1.0.0","latest":"2.0.0"}}""")]
    [InlineData("""{"_attachments":{"a.tgz":{"data":"QUJD"}},"_attachments":{}}""")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData(" ")]
    [InlineData("""{"a":1} {"b":2}""")]
    [InlineData("""{"_attachments" {"a.tgz" {"data" "QUJD"}}}""")]
    [InlineData("""{"a":[1}]""")]
    [InlineData("""{"a":"\x"}""")]
    [InlineData("""{"a":"\ud800"}""")]
    public Task Refuses_what_is_not_one_unambiguous_object(string body) => Documents.RefuseAsync("bad-json", body);

    [Fact]
    public Task Refuses_bytes_that_are_not_utf8() =>
        Documents.RefuseAsync("bad-json", [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8]);

    [Theory]
    [InlineData("""{"_attachments":{"a.tgz":{"length":3}}}""")]
    [InlineData("""{"_attachments":{"a.tgz":{"data":["QUJD"]}}}""")]
    [InlineData("""{"_attachments":{"a.tgz":"QUJD"}}""")]
    [InlineData("""{"_attachments":{"a.sigstore":{"length":3}}}""")]
    public Task Refuses_an_attachment_without_data(string body) => Documents.RefuseAsync("bad-attachment", body);

    [Fact]
    public async Task Refuses_every_truncation()
    {
        var body = Documents.Valid().Bytes();

        for (var length = 0; length < body.Length; length++)
        {
            var (reading, _) = await Documents.ReadAsync(body[..length]);
            var code = Assert.IsType<PublishReading.Refused>(reading).Problem.Code;
            Assert.Equal("truncated", code);
        }
    }

    [Fact]
    public async Task Refuses_what_is_too_large_or_too_deep()
    {
        await Documents.AcceptAsync(Encoding.ASCII.GetBytes(Body("QUJD")), new PublishLimits { MaxTarballSize = 3 });
        await Documents.RefuseAsync("tarball-too-large", Body("QUJD"), new PublishLimits { MaxTarballSize = 2 });
        await Documents.AcceptAsync(Encoding.ASCII.GetBytes(Body("QUJD")), new PublishLimits { MaxMetadataSize = Body("").Length });
        await Documents.RefuseAsync("metadata-too-large", Body("QUJD"), new PublishLimits { MaxMetadataSize = Body("").Length - 1 });
        await Documents.AcceptAsync(Encoding.ASCII.GetBytes(Nested(127)));
        await Documents.RefuseAsync("too-deep", Nested(128));
    }

    [Fact]
    public async Task Keeps_other_attachments_with_the_metadata()
    {
        var body = Documents.Valid();
        body["_attachments"]!["@acme/x-1.0.0.sigstore"] =
            new JsonObject { ["content_type"] = "application/vnd.dev.sigstore.bundle.v0.3+json", ["data"] = "{\"a\":\"\\\"\"}", ["length"] = 10 };

        var (document, _) = await Documents.AcceptAsync(body.Bytes(), pieceSize: 7);

        Assert.Equal(
            new OtherAttachment("@acme/x-1.0.0.sigstore", "application/vnd.dev.sigstore.bundle.v0.3+json", "{\"a\":\"\\\"\"}"),
            Assert.Single(document.OtherAttachments));
    }

    [Theory]
    [InlineData("""{"_id":"x","versions":{"1.0.0":{"deprecated":"no"}}}""")]
    [InlineData("""{"_id":"x","users":{"bob":true},"_attachments":{}}""")]
    [InlineData("""{"data":"QUJD","a.tgz":{"data":"QUJD"},"x":{"_attachments":{"a.tgz":{"data":"!"}}}}""")]
    [InlineData("""{"_attachments":{"a.sigstore":{"data":"!!"}}}""")]
    [InlineData("""[{"_attachments":0}]""", false)]
    public async Task Reads_documents_without_a_tarball(string body, bool accepted = true)
    {
        var (reading, tarball) = await Documents.ReadAsync(Encoding.UTF8.GetBytes(body));

        Assert.Empty(tarball);
        Assert.Equal(accepted, reading is PublishReading.Accepted { Document.Tarball: null });
    }

    [Fact]
    public async Task Keeps_its_memory_flat_over_a_large_tarball()
    {
        var body = Encoding.ASCII.GetBytes(Body(Convert.ToBase64String(TarballReaderTests.Noise(30 << 20))));
        long received = 0;

        // Streams in memory complete at once, so that all of it happens on this thread and other tests do not count.
        var before = GC.GetAllocatedBytesForCurrentThread();
        await PublishDocumentReader.ReadAsync(
            new MemoryStream(body),
            PublishLimits.Default,
            (bytes, _) =>
            {
                received += bytes.Length;
                return ValueTask.CompletedTask;
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(30 << 20, received);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    private static string Body(string data) => "{\"_attachments\":{\"a.tgz\":{\"data\":\"" + data + "\",\"length\":3}}}";

    private static string Nested(int depth) => "{\"a\":" + new string('[', depth) + new string(']', depth) + "}";

    // The members in any order, with decoys that look like an attachment's data but are not at its place.
    private static JsonObject Generate(Random random, byte[] tarball)
    {
        List<KeyValuePair<string, JsonNode?>> entry =
            [new("data", Convert.ToBase64String(tarball)), new("length", tarball.Length), new("note", "\\\"data\":\"{[é😀")];
        List<KeyValuePair<string, JsonNode?>> root =
        [
            new("_attachments", new JsonObject { ["x.tgz"] = new JsonObject(Shuffle(entry)), ["x.sigstore"] = new JsonObject { ["data"] = "{}" } }),
            new("data", "QUJD"), new("versions", new JsonObject { ["_attachments"] = new JsonArray("x.tgz", new JsonObject { ["data"] = "no" }) }),
            new("nothing", null), new("list", new JsonArray(1, "a,b", true, new JsonArray(), new JsonObject())),
        ];
        return new JsonObject(Shuffle(root));

        KeyValuePair<string, JsonNode?>[] Shuffle(List<KeyValuePair<string, JsonNode?>> members)
        {
            var shuffled = members.ToArray();
            random.Shuffle(shuffled);
            return shuffled;
        }
    }

    private static byte[] Spell(JsonObject document, Random random)
    {
        var options = new JsonSerializerOptions
        {
            WriteIndented = random.Next(2) == 0,
            // The strict encoder writes "+" as \u002B, as some clients do.
            Encoder = random.Next(2) == 0 ? JavaScriptEncoder.Default : JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        return Encoding.UTF8.GetBytes(document.ToJsonString(options));
    }
}
