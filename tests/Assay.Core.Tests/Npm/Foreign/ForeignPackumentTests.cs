using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Npm;

namespace Assay.Core.Tests.Npm.Foreign;

public sealed class ForeignPackumentTests
{
    private const string Signed = """
        {"_id":"x","_rev":"9-abc","name":"x","description":"d","_attachments":{"a":1},"dist-tags":{"latest":"2.0.0","old":"1.0.0","lost":"9.9.9"},
         "versions":{
          "1.0.0":{"name":"x","version":"1.0.0","dist":{"tarball":"https://r.example/x/-/x-1.0.0.tgz","shasum":"aa","integrity":"sha512-x","signatures":[{"keyid":"K","sig":"AAAA"},{"keyid":"L","sig":"AAAA"}]},
                   "bundledDependencies":["b"],"scripts":{"install":"node i"},"licenses":[{"type":"MIT"},{"type":"BSD"}],"odd":{"a":[1,2.50,1e400]}},
          "2.0.0":{"dist":{"npm-signature":"s","tarball":"https://r.example/x/-/x-2.0.0.tgz","attestations":{"url":"https://r.example/a","provenance":{"predicateType":"p"}},"fileCount":3},
                   "name":"x","version":"2.0.0","deprecated":"old","license":"ISC","_npmUser":{"name":"n","trustedPublisher":{"id":"github"}}}},
         "time":{"created":"2020-01-01T00:00:00.000Z","modified":"2021-01-01T00:00:00.000Z","1.0.0":"2020-01-01T00:00:00.000Z","2.0.0":"2021-01-01T00:00:00.000Z","unpublished":{"x":1}}}
        """;

    private static readonly PackageName Name = PackageName.TryParse("x", out var name) ? name : throw new InvalidOperationException();

    [Fact]
    public void What_decisions_need_is_read()
    {
        var (first, second) = (Read(Signed).Versions[0], Read(Signed).Versions[1]);

        Assert.Equal(("1.0.0", true, "MIT OR BSD", null, 2), (first.Version, first.HasInstallScript, first.Licence, first.Deprecated, first.Signatures.Count));
        Assert.Equal(("2.0.0", false, "ISC", "old", true), (second.Version, second.HasInstallScript, second.Licence, second.Deprecated, second.HasAttestations));
        Assert.Equal(new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero), second.PublishedAt);
    }

    [Fact]
    public void The_full_document_is_theirs_with_our_addresses_and_without_what_is_ours_to_say()
    {
        var packument = Read(Signed);

        var full = Written(output => ForeignWriter.WriteFull(packument, View(packument.Versions), output));

        Assert.Equal(("x", "r", "d"), ((string?)full["_id"], (string?)full["_rev"], (string?)full["description"]));
        Assert.Null(full["_attachments"]);
        Assert.Equal("""{"latest":"2.0.0","old":"1.0.0"}""", full["dist-tags"]!.ToJsonString());
        var dist = full["versions"]!["1.0.0"]!["dist"]!;
        Assert.Equal("https://npm.acme.example/x/-/x-1.0.0.tgz", (string?)dist["tarball"]);
        Assert.Equal("K", (string?)Assert.Single(dist["signatures"]!.AsArray())!["keyid"]);
        Assert.Contains("""[1,2.50,1e400]""", full["versions"]!["1.0.0"]!["odd"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("https://npm.acme.example/-/npm/v1/attestations/x@2.0.0", (string?)full["versions"]!["2.0.0"]!["dist"]!["attestations"]!["url"]);
        Assert.Equal("s", (string?)full["versions"]!["2.0.0"]!["dist"]!["npm-signature"]);
    }

    [Fact]
    public void The_abbreviated_document_has_what_installing_clients_read()
    {
        var packument = Read(Signed);

        var short_ = Written(output => ForeignWriter.WriteAbbreviated(packument, View(packument.Versions), output));

        var version = short_["versions"]!["1.0.0"]!.AsObject();
        Assert.Equal(["name", "version", "bundleDependencies", "hasInstallScript", "dist"], version.Select(member => member.Key));
        Assert.Equal(["name", "version", "deprecated", "license", "_npmUser", "dist"], short_["versions"]!["2.0.0"]!.AsObject().Select(member => member.Key).Order(new Order()));
        Assert.Equal(["created", "modified", "1.0.0", "2.0.0"], short_["time"]!.AsObject().Select(member => member.Key));
    }

    [Fact]
    public void Without_known_keys_neither_signatures_nor_attestations_are_announced()
    {
        var packument = Read(Signed);

        var full = Written(output => ForeignWriter.WriteFull(packument, View(packument.Versions) with { KnownKeys = new HashSet<string>() }, output));

        Assert.Null(full["versions"]!["1.0.0"]!["dist"]!["signatures"]);
        Assert.Null(full["versions"]!["2.0.0"]!["dist"]!["attestations"]);
    }

    [Fact]
    public void What_is_kept_back_is_in_no_part_but_the_restrictions()
    {
        var packument = Read(Signed);
        var view = View([packument.Versions[0]]) with { KeptBack = ("not yet", ["2.0.0"]) };

        var full = Written(output => ForeignWriter.WriteFull(packument, view, output));

        Assert.Equal("""{"old":"1.0.0","latest":"1.0.0"}""", full["dist-tags"]!.ToJsonString());
        Assert.Null(full["time"]!["2.0.0"]);
        Assert.Equal("""{"message":"not yet","versions":{"2.0.0":{}}}""", full["policyRestrictions"]!.ToJsonString());
    }

    [Fact]
    public void A_pre_release_is_the_newest_only_when_there_is_nothing_else()
    {
        var packument = Read("""
            {"name":"x","versions":{"1.0.0":{"name":"x","version":"1.0.0","dist":{"tarball":"t"}},"2.0.0-rc.1":{"name":"x","version":"2.0.0-rc.1","dist":{"tarball":"t"}}}}
            """);

        Assert.Equal("1.0.0", ForeignWriter.TagsOf(packument, packument.Versions)["latest"]);
        Assert.Equal("2.0.0-rc.1", ForeignWriter.TagsOf(packument, [packument.Versions[1]])["latest"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"name":"y"}""")]
    [InlineData("""{"name":"x"} {"name":"x"}""")]
    [InlineData("""{"name":"x","versions":{"1.0.0":{"name":"x",}}}""")]
    public void What_is_no_document_of_the_package_is_refused(string text)
    {
        Assert.False(ForeignPackument.TryParse(Encoding.UTF8.GetBytes(text), Name, out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void Nothing_that_is_cut_or_changed_anywhere_throws()
    {
        var bytes = Encoding.UTF8.GetBytes(Signed);
        for (var at = 0; at < bytes.Length; at++)
        {
            ForeignPackument.TryParse(bytes.AsMemory(0, at), Name, out _, out _);
            var changed = (byte[])bytes.Clone();
            changed[at] ^= 0x85;
            if (ForeignPackument.TryParse(changed, Name, out var packument, out _))
            {
                // Whatever passes is still JSON when it is served.
                Written(output => ForeignWriter.WriteFull(packument, View(packument.Versions), output));
                Written(output => ForeignWriter.WriteAbbreviated(packument, View(packument.Versions), output));
            }
        }
    }

    private static ForeignPackument Read(string json)
    {
        Assert.True(ForeignPackument.TryParse(Encoding.UTF8.GetBytes(json), Name, out var packument, out var problem), problem);
        return packument;
    }

    private static ForeignView View(IReadOnlyList<ForeignVersion> versions) => new()
    {
        PublicBase = new Uri("https://npm.acme.example/"),
        Revision = "r",
        Versions = versions,
        KnownKeys = new HashSet<string> { "K" },
    };

    private static JsonObject Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return JsonNode.Parse(output.WrittenSpan)!.AsObject();
    }

    private sealed class Order : IComparer<string>
    {
        private static readonly string[] Wanted = ["name", "version", "deprecated", "license", "_npmUser", "dist"];

        public int Compare(string? x, string? y) => Array.IndexOf(Wanted, x).CompareTo(Array.IndexOf(Wanted, y));
    }
}
