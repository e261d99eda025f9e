using System.Text.Json.Nodes;
using Assay.Npm;

namespace Assay.Core.Tests.Npm;

public sealed class PublishRequestTests
{
    [Fact]
    public async Task Reads_what_npm_sends()
    {
        var request = await AcceptAsync(_ => { });

        Assert.Equal("@acme/x", request.Name.Value);
        Assert.Equal("1.0.0", request.Version.ToString());
        Assert.Equal(DistTag.Latest, request.Tag);
        Assert.Null(request.Access);
        Assert.Equal(Integrity.FromSha512(new byte[64]), request.Integrity);
        Assert.Equal(new string('0', 40), request.Shasum);
        Assert.Equal(new PublisherDetails("24.0.0", "12.2.0", new string('a', 40)), request.Publisher);
        Assert.Equal(Documents.Tarball.Length, request.Tarball.ActualLength);
        Assert.Null(request.Provenance);
    }

    [Theory]
    [InlineData("public", PublishAccess.Public)]
    [InlineData("restricted", PublishAccess.Restricted)]
    public async Task Reads_the_access_asked_for(string access, PublishAccess expected) =>
        Assert.Equal(expected, (await AcceptAsync(document => document["access"] = access)).Access);

    [Fact]
    public async Task Needs_neither_digests_nor_remarks()
    {
        var request = await AcceptAsync(document =>
        {
            document.Remove("access");
            document.Remove("_id");
            foreach (var member in (string[])["dist", "_nodeVersion", "_npmVersion", "gitHead", "_id"])
                document.Version().Remove(member);
        });

        Assert.Null(request.Integrity);
        Assert.Null(request.Shasum);
        Assert.Equal(PublisherDetails.None, request.Publisher);
    }

    [Fact]
    public async Task Leaves_out_remarks_that_look_odd()
    {
        var request = await AcceptAsync(document =>
        {
            document.Version()["_nodeVersion"] = "<script>";
            document.Version()["_npmVersion"] = new string('1', 101);
            document.Version()["gitHead"] = "main";
        });

        Assert.Equal(PublisherDetails.None, request.Publisher);
    }

    [Fact]
    public async Task Keeps_the_provenance_bundle()
    {
        var request = await AcceptAsync(document =>
            document["_attachments"]!["@acme/x-1.0.0.sigstore"] = new JsonObject { ["content_type"] = "a/b", ["data"] = "{}" });

        Assert.Equal("{}", request.Provenance?.Data);
    }

    public static TheoryData<string, string, string> Changes => new()
    {
        { "bad-name", "name", "\"..\"" },
        { "bad-name", "name", "null" },
        { "name-mismatch", "name", "\"@acme/y\"" },
        { "name-mismatch", "_id", "\"@acme/y\"" },
        { "name-mismatch", "_id", "1" },
        { "bad-access", "access", "\"private\"" },
        { "bad-access", "access", "true" },
        { "one-version", "versions", "{}" },
        { "one-version", "versions", "null" },
        { "one-version", "versions", "{\"1.0.0\":null}" },
        { "one-version", "versions", "{\"1.0.0\":{},\"1.0.1\":{}}" },
        { "bad-version", "versions", "{\"1.0\":{}}" },
        { "name-mismatch", "versions", "{\"1.0.0\":{\"version\":\"1.0.0\"}}" },
        { "version-mismatch", "versions", "{\"1.0.0\":{\"name\":\"@acme/x\",\"version\":\"1.0.1\"}}" },
        { "version-mismatch", "versions", "{\"1.0.1\":{\"name\":\"@acme/x\",\"version\":\"1.0.1\"}}" },
        { "bad-integrity", "versions", "{\"1.0.0\":{\"name\":\"@acme/x\",\"version\":\"1.0.0\",\"dist\":{\"integrity\":\"sha1-x\"}}}" },
        { "bad-shasum", "versions", "{\"1.0.0\":{\"name\":\"@acme/x\",\"version\":\"1.0.0\",\"dist\":{\"shasum\":\"x\"}}}" },
        { "one-tag", "dist-tags", "{}" },
        { "one-tag", "dist-tags", "{\"latest\":\"1.0.0\",\"next\":\"1.0.0\"}" },
        { "bad-tag", "dist-tags", "{\"1.x\":\"1.0.0\"}" },
        { "version-mismatch", "dist-tags", "{\"latest\":\"1.0.1\"}" },
        { "version-mismatch", "dist-tags", "{\"latest\":1}" },
        { "no-tarball", "_attachments", "{}" },
        { "length-mismatch", "_attachments", "{\"a.tgz\":{\"data\":\"QUJD\",\"length\":4}}" },
        { "two-bundles", "_attachments", "{\"a.tgz\":{\"data\":\"QUJD\"},\"a.sigstore\":{\"data\":\"\"},\"b.sigstore\":{\"data\":\"\"}}" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Refuses_a_document_that_does_not_agree_with_itself(string code, string member, string value)
    {
        var body = Documents.Valid();
        body[member] = JsonNode.Parse(value);
        var (document, _) = await Documents.AcceptAsync(body.Bytes());

        Assert.False(PublishRequest.TryRead(document, out _, out var problem));
        Assert.Equal(code, problem.Code);
    }

    private static async Task<PublishRequest> AcceptAsync(Action<JsonObject> change)
    {
        var body = Documents.Valid();
        change(body);
        var (document, _) = await Documents.AcceptAsync(body.Bytes());
        Assert.True(PublishRequest.TryRead(document, out var request, out var problem), problem?.Text);
        return request;
    }
}
