using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Npm;

namespace Assay.Core.Tests.Npm;

public sealed class PackumentWriterTests
{
    private static readonly Uri Base = new("https://reg.example/npm/");
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 13, 0, 0, 7, TimeSpan.FromHours(1));

    [Fact]
    public void Writes_the_full_document()
    {
        var json = Full(Facts());

        PackageManifestTests.AssertJson(
            $$"""
            {
              "_id":"@acme/x","_rev":"7-ab","name":"@acme/x","dist-tags":{"latest":"1.0.0"},
              "versions":{"1.0.0":{
                "name":"@acme/x","version":"1.0.0","description":"a \"b\"","license":"MIT","_id":"@acme/x@1.0.0","_hasShrinkwrap":false,
                "maintainers":[{"name":"alice","email":"a@acme.example"},{"name":"bob"}],
                "_npmUser":{"name":"GitHub Actions","email":"ci@acme.example","trustedPublisher":{"id":"github","oidcConfigId":"oidc:1"} },
                "deprecated":"use \"y\"",
                "dist":{"integrity":"sha512-{{Convert.ToBase64String(new byte[64])}}","shasum":"{{new string('0', 40)}}",
                  "tarball":"https://reg.example/npm/@acme/x/-/x-1.0.0.tgz","fileCount":3,"unpackedSize":12345678901}
              } },
              "maintainers":[{"name":"alice","email":"a@acme.example"},{"name":"bob"}],
              "description":"a \"b\"","license":"MIT","readme":"# é\n","readmeFilename":"README.md",
              "time":{"created":"2026-01-02T12:00:00.007Z","modified":"2026-01-02T12:00:00.007Z","1.0.0":"2026-01-02T12:00:00.007Z"}
            }
            """,
            json);
    }

    [Fact]
    public void Writes_the_abbreviated_document()
    {
        var json = Abbreviated(Facts());

        PackageManifestTests.AssertJson(
            $$"""
            {
              "name":"@acme/x","modified":"2026-01-02T12:00:00.007Z","dist-tags":{"latest":"1.0.0"},
              "versions":{"1.0.0":{
                "name":"@acme/x","version":"1.0.0","license":"MIT",
                "_npmUser":{"name":"GitHub Actions","email":"ci@acme.example","trustedPublisher":{"id":"github","oidcConfigId":"oidc:1"} },
                "deprecated":"use \"y\"",
                "dist":{"integrity":"sha512-{{Convert.ToBase64String(new byte[64])}}","shasum":"{{new string('0', 40)}}",
                  "tarball":"https://reg.example/npm/@acme/x/-/x-1.0.0.tgz","fileCount":3,"unpackedSize":12345678901}
              } },
              "time":{"created":"2026-01-02T12:00:00.007Z","modified":"2026-01-02T12:00:00.007Z","1.0.0":"2026-01-02T12:00:00.007Z"}
            }
            """,
            json);
    }

    [Fact]
    public void Writes_one_version_as_it_stands_in_the_full_document()
    {
        var facts = Facts();

        var json = Write(output => PackumentWriter.WriteVersion(facts, facts.Versions[0], Base, output));

        Assert.True(JsonNode.DeepEquals(Full(facts)["versions"]!["1.0.0"], json));
    }

    [Theory]
    [InlineData("https://reg.example", "x", "https://reg.example/x/-/x-1.0.0-rc.1.tgz")]
    [InlineData("https://reg.example/npm", "@acme/x", "https://reg.example/npm/@acme/x/-/x-1.0.0-rc.1.tgz")]
    public void Gives_tarballs_the_url_that_clients_expect(string publicBase, string text, string url)
    {
        Assert.True(PackageName.TryParse(text, out var name));

        Assert.Equal(url, PackumentWriter.TarballUrl(new Uri(publicBase), name, "1.0.0-rc.1"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Serves_an_empty_deprecation_as_none(string? message)
    {
        var facts = Facts();
        facts = facts with { Versions = [facts.Versions[0] with { Deprecated = message }] };

        Assert.False(Full(facts)["versions"]!["1.0.0"]!.AsObject().ContainsKey("deprecated"));
        Assert.False(Abbreviated(facts)["versions"]!["1.0.0"]!.AsObject().ContainsKey("deprecated"));
    }

    [Fact]
    public void Describes_the_package_by_its_latest_version()
    {
        var facts = Facts();
        var newer = Version("2.0.0", "\"description\":\"new\",\"homepage\":\"https://acme.example\"");
        facts = facts with { Versions = [facts.Versions[0], newer] };

        Assert.Equal("a \"b\"", Full(facts)["description"]!.GetValue<string>());

        facts = facts with { DistTags = new Dictionary<string, string> { ["latest"] = "2.0.0" } };
        Assert.Equal("new", Full(facts)["description"]!.GetValue<string>());
        Assert.Equal("https://acme.example", Full(facts)["homepage"]!.GetValue<string>());
        Assert.False(Full(facts).ContainsKey("license"));
    }

    [Fact]
    public void Leaves_out_a_tag_that_points_to_nothing()
    {
        var facts = Facts() with { DistTags = new Dictionary<string, string> { ["latest"] = "1.0.0", ["old"] = "0.9.0" } };

        Assert.Equal("""{"latest":"1.0.0"}""", Full(facts)["dist-tags"]!.ToJsonString());
        Assert.Equal("""{"latest":"1.0.0"}""", Abbreviated(facts)["dist-tags"]!.ToJsonString());
    }

    [Fact]
    public void Says_that_a_package_was_unpublished()
    {
        var facts = Facts() with
        {
            Versions = [],
            DistTags = new Dictionary<string, string>(),
            Unpublished = new UnpublishedFacts("alice", Noon, new Dictionary<string, string> { ["latest"] = "1.0.0" }, ["1.0.0"]),
        };

        PackageManifestTests.AssertJson(
            """
            {"_id":"@acme/x","_rev":"7-ab","name":"@acme/x","time":{
              "created":"2026-01-02T12:00:00.007Z","modified":"2026-01-02T12:00:00.007Z",
              "unpublished":{"name":"alice","time":"2026-01-02T12:00:00.007Z","tags":{"latest":"1.0.0"},"versions":["1.0.0"]}}}
            """,
            Full(facts));
        Assert.Equal("alice", Abbreviated(facts)["time"]!["unpublished"]!["name"]!.GetValue<string>());
    }

    [Fact]
    public void Writes_consistent_documents_for_whatever_was_published()
    {
        var random = new Random(23);
        for (var run = 0; run < 300; run++)
        {
            var facts = Generate(random);

            var full = Full(facts);
            var abbreviated = Abbreviated(facts);

            AssertConsistent(facts, full, abbreviated);
        }
    }

    private static void AssertConsistent(PackumentFacts facts, JsonObject full, JsonObject abbreviated)
    {
        Assert.True(JsonNode.DeepEquals(full["time"], abbreviated["time"]));
        Assert.True(JsonNode.DeepEquals(full["dist-tags"], abbreviated["dist-tags"]));
        Assert.Equal(facts.Readme, full["readme"]?.GetValue<string>());
        Assert.Equal(
            facts.Versions.Select(version => version.Version), full["versions"]!.AsObject().Select(version => version.Key));
        foreach (var (version, brief) in abbreviated["versions"]!.AsObject())
        {
            Assert.NotNull(full["time"]![version]);
            var complete = full["versions"]![version]!.AsObject();
            Assert.All(brief!.AsObject(), member => Assert.True(JsonNode.DeepEquals(complete[member.Key], member.Value), member.Key));
            Assert.True(brief!.AsObject().ContainsKey("dist"));
        }
    }

    private static PackumentFacts Generate(Random random)
    {
        var texts = new Texts(random.Next());
        string[] odd = ["", "\"", "\\", "\u0000", "\u2028", "é😀", "</script>", "a\r\nb", "{\"a\":1}", "\u007f"];
        var versions = Texts.Many(random.Next(6), texts.TidyVersion)
            .Select(text => SemanticVersion.TryClean(text, out var version) ? version.ToString() : "1.0.0").Distinct()
            .Select(version => Version(version, $"\"description\":{JsonSerializer.Serialize(Odd())},\"bin\":{{\"x\":\"x.js\"}}") with
            {
                Deprecated = Odd(),
                Publisher = random.Next(2) == 0 ? null : new NpmUser(Odd(), Odd()),
            }).ToList();
        return Facts() with
        {
            Versions = versions,
            Readme = Odd(),
            Maintainers = [new NpmPerson(Odd(), Odd())],
            DistTags = versions.ToDictionary(version => Odd() + version.Version, version => version.Version),
        };

        string Odd() => odd[random.Next(odd.Length)] + odd[random.Next(odd.Length)];
    }

    private static PackumentFacts Facts()
    {
        Assert.True(PackageName.TryParse("@acme/x", out var name));
        return new PackumentFacts
        {
            Name = name,
            Revision = "7-ab",
            DistTags = new Dictionary<string, string> { ["latest"] = "1.0.0" },
            Created = Noon,
            Modified = Noon,
            Maintainers = [new NpmPerson("alice", "a@acme.example"), new NpmPerson("bob")],
            Readme = "# é\n",
            ReadmeFilename = "README.md",
            Versions = [Version("1.0.0", "\"description\":\"a \\\"b\\\"\",\"license\":\"MIT\"")],
        };
    }

    private static VersionFacts Version(string version, string members)
    {
        var contents = Manifests.Contents("") with { PackageJson = Manifests.Json($$"""{"name":"@acme/x","version":"{{version}}",{{members}}}""") };
        var manifest = Manifests.Read(contents);
        return new VersionFacts
        {
            Version = version,
            FullJson = manifest.FullJson,
            AbbreviatedJson = manifest.AbbreviatedJson,
            PublishedAt = Noon,
            Integrity = Integrity.FromSha512(new byte[64]),
            Shasum = new string('0', 40),
            FileCount = 3,
            UnpackedSize = 12345678901,
            Deprecated = "use \"y\"",
            Publisher = new NpmUser("GitHub Actions", "ci@acme.example", new TrustedPublisherMark("github", "oidc:1")),
        };
    }

    private static JsonObject Full(PackumentFacts facts) => Write(output => PackumentWriter.WriteFull(facts, Base, output));

    private static JsonObject Abbreviated(PackumentFacts facts) => Write(output => PackumentWriter.WriteAbbreviated(facts, Base, output));

    // A strict parser: a member written twice is a fault here.
    private static JsonObject Write(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return JsonNode.Parse(output.WrittenSpan, null, new JsonDocumentOptions { AllowDuplicateProperties = false })!.AsObject();
    }
}
