using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Packages;

/// <summary>Publishes that must leave nothing behind: no facts, no bytes.</summary>
public sealed class HostilePublishTests
{
    private const string Attachment = "@acme/x-1.0.0.tgz";

    private static readonly TestPackage Package = new("@acme/x", "1.0.0");

    private static readonly string[] SmallLimits =
    [
        "--Assay:Packages:MaximumTarballBytes=2000000",
        "--Assay:Packages:MaximumUnpackedBytes=6000000",
        "--Assay:Packages:MaximumMetadataBytes=65536",
        "--Assay:Packages:MaximumFiles=50",
        "--Assay:MaximumRequestBytes=20000000",
    ];

    public static TheoryData<string, string> Documents => new()
    {
        { "another name in the path of the document", "name-mismatch" },
        { "another name in the version", "name-mismatch" },
        { "another version in the version", "version-mismatch" },
        { "another name inside", "name-mismatch" },
        { "another version inside", "version-mismatch" },
        { "wrong sha512", "integrity-mismatch" },
        { "wrong shasum", "integrity-mismatch" },
        { "only a sha1 as integrity", "bad-integrity" },
        { "wrong length", "length-mismatch" },
        { "truncated base64", "length-mismatch" },
        { "base64 with strange characters", "bad-base64" },
        { "two tarballs", "two-tarballs" },
        { "no tarball but a text", "bad-attachment" },
        { "two versions", "one-version" },
        { "no version", "one-version" },
        { "two tags", "one-tag" },
        { "no tag", "one-tag" },
        { "a tag that is a range", "bad-tag" },
        { "a tag to another version", "version-mismatch" },
        { "a version that is none", "bad-version" },
        { "access that is neither", "bad-access" },
        { "not gzip", "not-gzip" },
        { "half the gzip", "truncated" },
        { "bytes after the gzip", "trailing-data" },
        { "an empty tarball", "not-gzip" },
    };

    public static TheoryData<string, string> Tarballs => new()
    {
        { "path escape", "path-escapes" },
        { "absolute path", "absolute-path" },
        { "backslashes", "path-backslash" },
        { "symlink", "entry-type" },
        { "hard link", "entry-type" },
        { "device", "entry-type" },
        { "duplicate entries", "duplicate-entry" },
        { "outside the top directory", "outside-top-directory" },
        { "second package.json", "duplicate-entry" },
        { "missing package.json", "missing-package-json" },
        { "package.json that is none", "invalid-package-json" },
        { "package.json without a name", "invalid-manifest" },
        { "too many entries", "too-many-entries" },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task A_document_that_is_not_one_honest_publish_leaves_nothing(string what, string code)
    {
        await using var app = await RegistryApp.StartAsync(SmallLimits);
        var alice = await app.SignedInAsync("alice");
        var files = app.StoredFiles();

        var response = await app.PutAsync("/@acme%2fx", alice, Document(what));

        await response.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, code);
        await ShouldHaveNothingAsync(app, files);
    }

    [Theory]
    [MemberData(nameof(Tarballs))]
    public async Task A_tarball_that_npm_would_not_pack_leaves_nothing(string what, string code)
    {
        await using var app = await RegistryApp.StartAsync(SmallLimits);
        var alice = await app.SignedInAsync("alice");
        var files = app.StoredFiles();

        var response = await app.PutAsync("/@acme%2fx", alice, Package.Document(Tarball(what)));

        await response.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, code);
        await ShouldHaveNothingAsync(app, files);
    }

    [Fact]
    public async Task A_bomb_is_refused_before_it_is_unpacked()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var files = app.StoredFiles();
        var bomb = Pack([Entry("package/package.json", """{"name":"@acme/x","version":"1.0.0"}"""), Entry("package/zeros", new string('\0', 100 * 1024 * 1024))]);
        Assert.InRange(bomb.Length, 1, 110 * 1024);

        var response = await app.PutAsync("/@acme%2fx", alice, Package.Document(bomb));

        await response.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "compression-ratio");
        await ShouldHaveNothingAsync(app, files);
    }

    [Fact]
    public async Task A_tarball_that_unpacks_to_too_much_is_too_large()
    {
        await using var app = await RegistryApp.StartAsync(SmallLimits);
        var alice = await app.SignedInAsync("alice");
        var files = app.StoredFiles();
        var large = Package with { Files = [("package/data", string.Concat(Enumerable.Repeat(Noise.Text(10_000), 700)))] };

        var response = await large.PublishAsync(app, alice);

        await response.ShouldBeRefusedAsync(HttpStatusCode.RequestEntityTooLarge, "unpacked-too-large");
        await ShouldHaveNothingAsync(app, files);
    }

    [Fact]
    public async Task A_tarball_over_the_limit_is_too_large()
    {
        await using var app = await RegistryApp.StartAsync(SmallLimits);
        var alice = await app.SignedInAsync("alice");
        var files = app.StoredFiles();
        var large = Package with { Files = [("package/data", Noise.Text(3_500_000))] };

        var response = await large.PublishAsync(app, alice);

        await response.ShouldBeRefusedAsync(HttpStatusCode.RequestEntityTooLarge, "tarball-too-large");
        await ShouldHaveNothingAsync(app, files);
    }

    [Fact]
    public async Task A_document_over_the_limit_is_too_large()
    {
        await using var app = await RegistryApp.StartAsync(SmallLimits);
        var alice = await app.SignedInAsync("alice");
        var files = app.StoredFiles();
        var document = Package.Document();
        document["versions"]!["1.0.0"]!["readme"] = Noise.Text(70_000);

        var response = await app.PutAsync("/@acme%2fx", alice, document);

        await response.ShouldBeRefusedAsync(HttpStatusCode.RequestEntityTooLarge, "metadata-too-large");
        await ShouldHaveNothingAsync(app, files);
    }

    [Theory]
    [InlineData("Content-Length: 25000000\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n")]
    public async Task A_body_over_the_limit_is_too_large_whether_it_says_so_or_not(string framing)
    {
        await using var app = await RegistryApp.StartAsync(SmallLimits);
        var alice = await app.SignedInAsync("alice");
        var files = app.StoredFiles();
        var start = "{\"name\":\"@acme/x\",\"_attachments\":{\"x.tgz\":{\"data\":\"";
        var head = $"PUT /@acme%2fx HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {alice}\r\nConnection: close\r\n{framing}\r\n";
        var body = start + new string('A', 3_000_000);

        var answer = framing.StartsWith("Content", StringComparison.Ordinal)
            ? await app.RawAsync(head)
            : await app.RawAsync($"{head}{body.Length:x}\r\n{body}\r\n");

        Assert.Equal(413, RawRequest.Status(answer));
        Assert.Contains("too-large", answer);
        await ShouldHaveNothingAsync(app, files);
    }

    [Fact]
    public async Task A_client_that_goes_away_half_way_leaves_nothing()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var files = app.StoredFiles();
        var body = (Package with { Files = [("package/data", Noise.Text(4_000_000))] }).Document().ToJsonString();

        await app.HalfRawAsync(
            $"PUT /@acme%2fx HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {alice}\r\nContent-Length: {body.Length}\r\n\r\n{body[..(body.Length / 2)]}");

        await Eventually.HoldsAsync(() => app.StoredFiles().SequenceEqual(files));
        await ShouldHaveNothingAsync(app, files);
        await app.PublishedAsync(alice, Package);
    }

    [Theory]
    [InlineData("", "truncated")]
    [InlineData("{", "truncated")]
    [InlineData("{\"name\":\"@acme/x\",\"versions\":{", "truncated")]
    [InlineData("{\"name\":}", "bad-json")]
    [InlineData("<html>", "bad-json")]
    [InlineData("{} {}", "bad-json")]
    [InlineData("{\"name\":\"@acme/x\",\"name\":\"@acme/y\",\"versions\":{}}", "bad-json")]
    [InlineData("{\"versions\":{\"1.0.0\":{},\"1.0.0\":{}}}", "bad-json")]
    [InlineData("{\"name\":\"\\ud800\",\"versions\":{}}", "bad-json")]
    public async Task A_body_that_is_no_document_leaves_nothing(string body, string code)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var files = app.StoredFiles();

        var response = await app.SendAsync(HttpMethod.Put, "/@acme%2fx", alice, new StringContent(body, Encoding.UTF8, "application/json"));

        await response.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, code);
        await ShouldHaveNothingAsync(app, files);
    }

    [Fact]
    public async Task A_document_nested_without_end_leaves_nothing()
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var files = app.StoredFiles();

        var response = await app.SendAsync(HttpMethod.Put, "/@acme%2fx", alice, new StringContent($"{{\"a\":{new string('[', 100_000)}"));

        await response.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "too-deep");
        await ShouldHaveNothingAsync(app, files);
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("fs")]
    [InlineData("@acme/UPPER")]
    [InlineData("wow~")]
    [InlineData("@acme/it's")]
    public async Task A_new_package_may_not_have_a_name_that_only_old_ones_have(string name)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var files = app.StoredFiles();

        var response = await new TestPackage(name, "1.0.0").PublishAsync(app, alice);

        await response.ShouldBeRefusedAsync(HttpStatusCode.BadRequest, "invalid-name");
        await ShouldHaveNothingAsync(app, files);
    }

    [Theory]
    [InlineData("this is no bundle")]
    [InlineData("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\"}")]
    public async Task Provenance_that_is_not_verified_is_refused_and_not_dropped(string data)
    {
        await using var app = await RegistryApp.StartAsync();
        var alice = await app.SignedInAsync("alice");
        var files = app.StoredFiles();
        var document = Package.Document();
        document["_attachments"]!["@acme/x-1.0.0.sigstore"] = new JsonObject
        {
            ["content_type"] = "application/vnd.dev.sigstore.bundle.v0.3+json",
            ["data"] = data,
            ["length"] = data.Length,
        };

        var response = await app.PutAsync("/@acme%2fx", alice, document);

        await response.ShouldBeRefusedAsync(HttpStatusCode.UnprocessableEntity, "provenance-malformed");
        await ShouldHaveNothingAsync(app, files);
    }

    private static async Task ShouldHaveNothingAsync(RegistryApp app, IReadOnlyList<string> files)
    {
        Assert.Equal(new StoredFacts(0, 0, 0, 0), await app.FactsAsync());
        Assert.Equal(files, app.StoredFiles());
    }

    private static JsonObject Document(string what)
    {
        var tarball = Package.Tarball();
        var document = (what switch
        {
            "another name inside" => Package with { Inside = ("@acme/y", "1.0.0") },
            "another version inside" => Package with { Inside = ("@acme/x", "1.0.1") },
            "a tag that is a range" => Package with { Tag = "1.x" },
            "access that is neither" => Package with { Access = "private" },
            "a version that is none" => Package with { Version = "one" },
            _ => Package,
        }).Document(what switch
        {
            "not gzip" => "this is not gzip"u8.ToArray(),
            "half the gzip" => tarball[..(tarball.Length / 2)],
            "bytes after the gzip" => [.. tarball, 1, 2, 3],
            "an empty tarball" => [],
            _ => null,
        });
        var versions = document["versions"]!.AsObject();
        var tags = document["dist-tags"]!.AsObject();
        var version = versions[0]!.AsObject();
        var attachments = document["_attachments"]!.AsObject();
        var attached = attachments[0]!.AsObject();
        var data = (string)attached["data"]!;
        switch (what)
        {
            case "another name in the path of the document": (document["name"], document["_id"], version["name"]) = ("@acme/y", "@acme/y", "@acme/y"); break;
            case "another name in the version": version["name"] = "@acme/y"; break;
            case "another version in the version": version["version"] = "1.0.1"; break;
            case "wrong sha512": version["dist"]!["integrity"] = "sha512-" + Convert.ToBase64String(new byte[64]); break;
            case "wrong shasum": version["dist"]!["shasum"] = new string('0', 40); break;
            case "only a sha1 as integrity": version["dist"]!["integrity"] = "sha1-" + Convert.ToBase64String(new byte[20]); break;
            case "wrong length": attached["length"] = tarball.Length + 1; break;
            case "truncated base64": attached["data"] = data[..(data.Length / 8 * 4)]; break;
            case "base64 with strange characters": attached["data"] = "!" + data[1..]; break;
            case "two tarballs": attachments["second.tgz"] = attached.DeepClone(); break;
            case "no tarball but a text": attachments[Attachment] = "text"; break;
            case "two versions": versions["1.0.1"] = version.DeepClone(); break;
            case "no version": versions.Clear(); break;
            case "two tags": tags["next"] = "1.0.0"; break;
            case "no tag": tags.Clear(); break;
            case "a tag to another version": tags["latest"] = "1.0.1"; break;
        }
        return document;
    }

    private static byte[] Tarball(string what)
    {
        var manifest = Entry("package/package.json", """{"name":"@acme/x","version":"1.0.0"}""");
        var index = Entry("package/index.js");
        return Pack(what switch
        {
            "path escape" => [manifest, Entry("package/../../evil")],
            "absolute path" => [manifest, Entry("/etc/passwd")],
            "backslashes" => [manifest, Entry("package\\..\\evil")],
            "symlink" => [manifest, new UstarTarEntry(TarEntryType.SymbolicLink, "package/link") { LinkName = "/etc/passwd" }],
            "hard link" => [manifest, new UstarTarEntry(TarEntryType.HardLink, "package/link") { LinkName = "package/package.json" }],
            "device" => [manifest, new UstarTarEntry(TarEntryType.CharacterDevice, "package/null")],
            "duplicate entries" => [manifest, index, Entry("package/index.js", "other")],
            "outside the top directory" => [manifest, Entry("other/index.js")],
            "second package.json" => [manifest, Entry("package/package.json", """{"name":"@acme/x","version":"1.0.0","scripts":{}}""")],
            "missing package.json" => [index],
            "package.json that is none" => [Entry("package/package.json", "{"), index],
            "package.json without a name" => [Entry("package/package.json", """{"version":"1.0.0"}""")],
            "too many entries" => [manifest, .. Enumerable.Range(0, 60).Select(number => Entry($"package/{number}"))],
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        });
    }

    private static UstarTarEntry Entry(string path, string content = "") =>
        new(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) };

    private static byte[] Pack(IEnumerable<TarEntry> entries)
    {
        var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.SmallestSize, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            foreach (var entry in entries)
            {
                tar.WriteEntry(entry);
            }
        }
        return target.ToArray();
    }
}
