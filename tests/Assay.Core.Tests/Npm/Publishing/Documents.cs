using System.Text;
using System.Text.Json.Nodes;
using Assay.Npm;

namespace Assay.Core.Tests.Npm;

/// <summary>Publish documents as npm sends them, for a test to change one thing in.</summary>
internal static class Documents
{
    public static readonly byte[] Tarball = TarBuilder.Valid().Tgz();

    public static JsonObject Valid() => JsonNode.Parse($$"""
        {
          "_id": "@acme/x", "name": "@acme/x", "description": "…",
          "dist-tags": { "latest": "1.0.0" },
          "versions": {
            "1.0.0": {
              "name": "@acme/x", "version": "1.0.0", "_id": "@acme/x@1.0.0", "readme": "ERROR: No README data!",
              "_nodeVersion": "24.0.0", "_npmVersion": "12.2.0", "gitHead": "{{new string('a', 40)}}",
              "dist": {
                "integrity": "sha512-{{Convert.ToBase64String(new byte[64])}}", "shasum": "{{new string('0', 40)}}",
                "tarball": "http://reg.example/@acme/x/-/@acme/x-1.0.0.tgz"
              }
            }
          },
          "access": null,
          "_attachments": {
            "@acme/x-1.0.0.tgz": {
              "content_type": "application/octet-stream", "data": "{{Convert.ToBase64String(Tarball)}}", "length": {{Tarball.Length}}
            }
          }
        }
        """)!.AsObject();

    public static JsonObject Version(this JsonObject document) => document["versions"]!["1.0.0"]!.AsObject();

    public static byte[] Bytes(this JsonObject document) => Encoding.UTF8.GetBytes(document.ToJsonString());

    public static async Task<(PublishReading Reading, byte[] Tarball)> ReadAsync(
        byte[] body, PublishLimits? limits = null, int pieceSize = int.MaxValue)
    {
        var tarball = new MemoryStream();
        var reading = await PublishDocumentReader.ReadAsync(
            new TrickleStream(body, pieceSize),
            limits ?? PublishLimits.Default,
            (bytes, cancellationToken) => tarball.WriteAsync(bytes, cancellationToken),
            TestContext.Current.CancellationToken);
        return (reading, tarball.ToArray());
    }

    public static async Task<(PublishDocument Document, byte[] Tarball)> AcceptAsync(
        byte[] body, PublishLimits? limits = null, int pieceSize = int.MaxValue)
    {
        var (reading, tarball) = await ReadAsync(body, limits, pieceSize);
        return (Assert.IsType<PublishReading.Accepted>(reading).Document, tarball);
    }

    public static async Task RefuseAsync(string code, byte[] body, PublishLimits? limits = null)
    {
        // In one piece and byte by byte: a refusal may not depend on how the network cuts.
        foreach (var pieceSize in (int[])[int.MaxValue, 1])
        {
            var (reading, _) = await ReadAsync(body, limits, pieceSize);
            Assert.Equal(code, Assert.IsType<PublishReading.Refused>(reading).Problem.Code);
        }
    }

    public static Task RefuseAsync(string code, string body, PublishLimits? limits = null) =>
        RefuseAsync(code, Encoding.UTF8.GetBytes(body), limits);
}
