using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Provenance.Sigstore.Roots;
using Assay.Provenance.Tuf;

namespace Assay.Core.Tests.Provenance.Tuf;

public sealed class TufRepositoryTests
{
    private const string KeysName = "registry.example:8443/npm/keys.json";

    private readonly TestTuf tuf = new();

    [Fact]
    public void Every_file_lies_where_clients_look_for_it()
    {
        var files = TufRepository.Create(tuf.Contents()).Files;

        string[] expected =
        [
            "root.json", "1.root.json", "timestamp.json", "7.snapshot.json", "7.targets.json", $"targets/{HashOf(files, "trusted_root.json")}.trusted_root.json",
            $"targets/registry.example:8443/npm/{HashOf(files, KeysName)}.keys.json",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), files.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("timestamp.json", "snapshot.json")]
    [InlineData("7.snapshot.json", "targets.json")]
    public void Timestamp_and_snapshot_name_the_issue(string path, string named)
    {
        var signed = Signed(TufRepository.Create(tuf.Contents()).Files, path);

        Assert.Equal((7, "2026-12-24T12:00:00Z"), ((int)signed["version"]!, (string?)signed["expires"]));
        Assert.Equal($$$"""{"{{{named}}}":{"version":7}}""", signed["meta"]!.ToJsonString());
    }

    [Theory]
    [InlineData("timestamp.json")]
    [InlineData("7.snapshot.json")]
    [InlineData("7.targets.json")]
    public void The_online_key_signs(string path)
    {
        var file = TestTuf.Json(TufRepository.Create(tuf.Contents()).Files[path]);

        var signature = file["signatures"]!.AsArray().Single()!;
        var key = ECDsa.Create();
        key.ImportFromPem((string)TestTuf.Json(tuf.FirstRoot.ToBytes())["signed"]!["keys"]![tuf.Online.Key.Id]!["keyval"]!["public"]!);
        Assert.Equal(tuf.Online.Key.Id, (string?)signature["keyid"]);
        Assert.True(key.VerifyData(
            OlpcJson.Write(file["signed"]), Convert.FromHexString((string)signature["sig"]!), HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence));
    }

    [Fact]
    public void Targets_have_their_hash_and_length()
    {
        var files = TufRepository.Create(tuf.Contents()).Files;

        foreach (var (name, target) in Signed(files, "7.targets.json")["targets"]!.AsObject())
        {
            var bytes = Target(files, name).ToArray();
            Assert.Equal((bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))), ((int)target!["length"]!, HashOf(files, name)));
        }
    }

    [Fact]
    public void The_same_contents_are_the_same_bytes_but_for_signatures()
    {
        var contents = tuf.Contents();

        var (one, other) = (TufRepository.Create(contents).Files, TufRepository.Create(contents).Files);

        Assert.Equal(one.Keys, other.Keys);
        Assert.All(one.Keys, path => Assert.True(
            one[path].Span.SequenceEqual(other[path].Span) || Signed(one, path).ToJsonString() == Signed(other, path).ToJsonString(), path));
    }

    [Fact]
    public void A_registry_key_is_listed_for_both_usages()
    {
        var contents = tuf.Contents();
        var retired = contents.RegistryKeys[0] with { Id = "SHA256:old", ValidFor = new ValidityWindow(null, TestTuf.Now.AddMilliseconds(1)) };

        var files = TufRepository.Create(contents with { RegistryKeys = [contents.RegistryKeys[0], retired] }).Files;

        var keys = TestTuf.Json(Target(files, KeysName))["keys"]!.AsArray();
        Assert.Equal(
            [("SHA256:own", "npm:signatures"), ("SHA256:own", "npm:attestations"), ("SHA256:old", "npm:signatures"), ("SHA256:old", "npm:attestations")],
            keys.Select(key => ((string)key!["keyId"]!, (string)key["keyUsage"]!)));
        Assert.Equal(
            ["""{"start":"2026-11-24T12:00:00.250Z"}""", """{"end":"2026-11-24T12:00:00.001Z"}"""],
            keys.Select(key => key!["publicKey"]!["validFor"]!.ToJsonString()).Distinct());
        Assert.All(keys, key => Assert.Equal(
            (Convert.ToBase64String(retired.SubjectPublicKeyInfo.Span), "PKIX_ECDSA_P256_SHA_256"),
            ((string?)key!["publicKey"]!["rawBytes"], (string?)key["publicKey"]!["keyDetails"])));
    }

    [Theory]
    [InlineData("https://registry.example/", "registry.example/keys.json")]
    [InlineData("https://Registry.Example:443", "registry.example/keys.json")]
    [InlineData("http://localhost:4873/npm", "localhost:4873/npm/keys.json")]
    [InlineData("https://b\u00fccher.example/a/b/", "xn--bcher-kva.example/a/b/keys.json")]
    [InlineData("http://[::1]:4873/", "[::1]:4873/keys.json")]
    public void The_keys_are_named_by_the_registry_as_npm_names_it(string registry, string name)
    {
        var files = TufRepository.Create(tuf.Contents() with { Registry = new Uri(registry) }).Files;

        Assert.Contains(name, Signed(files, "7.targets.json")["targets"]!.AsObject().Select(target => target.Key));
    }

    [Fact]
    public void All_versions_of_the_root_are_kept_and_the_newest_has_the_plain_name()
    {
        var contents = tuf.Contents();
        var next = contents.Roots[0].Next(tuf.Root, TestTuf.Signer(), tuf.Online.Key, TestTuf.Now.AddYears(11));

        var files = TufRepository.Create(contents with { Roots = [contents.Roots[0], next] }).Files;

        Assert.True(files["1.root.json"].Span.SequenceEqual(contents.Roots[0].ToBytes().Span));
        Assert.True(files["2.root.json"].Span.SequenceEqual(next.ToBytes().Span));
        Assert.True(files["root.json"].Span.SequenceEqual(next.ToBytes().Span));
    }

    [Fact]
    public void Roots_without_the_first_are_refused()
    {
        var second = Next(tuf, tuf.Online.Key);

        ShouldBeRefused(tuf.Contents() with { Roots = [] });
        ShouldBeRefused(tuf.Contents() with { Roots = [second] });
    }

    [Fact]
    public void A_root_that_the_one_before_did_not_sign_is_refused() =>
        ShouldBeRefused(tuf.Contents() with { Roots = [tuf.FirstRoot, Next(new TestTuf(), tuf.Online.Key)] });

    [Fact]
    public void A_version_of_the_root_that_comes_twice_is_refused()
    {
        var second = Next(tuf, tuf.Online.Key);

        ShouldBeRefused(tuf.Contents() with { Roots = [tuf.FirstRoot, second, second] });
    }

    [Fact]
    public void An_online_key_that_the_newest_root_does_not_name_is_refused()
    {
        ShouldBeRefused(tuf.Contents() with { Online = TestTuf.Signer() });
        ShouldBeRefused(tuf.Contents() with { Roots = [tuf.FirstRoot, Next(tuf, TestTuf.Signer().Key)] });
    }

    [Fact]
    public void Without_keys_there_is_no_repository()
    {
        ShouldBeRefused(tuf.Contents() with { LogKeys = [] });
        ShouldBeRefused(tuf.Contents() with { RegistryKeys = [] });
        Assert.Throws<ArgumentOutOfRangeException>(() => TufRepository.Create(tuf.Contents() with { Issue = new TufIssue(0, TestTuf.Now) }));
    }

    private static TufRoot Next(TestTuf tuf, TufKey online) => tuf.FirstRoot.Next(tuf.Root, tuf.Root, online, TestTuf.Now.AddYears(11));

    private static void ShouldBeRefused(TufContents contents) => Assert.Throws<ArgumentException>(() => TufRepository.Create(contents));

    private static JsonNode Signed(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, string path) => TestTuf.Json(files[path])["signed"]!;

    private static string HashOf(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, string name) =>
        (string)Signed(files, "7.targets.json")["targets"]![name]!["hashes"]!["sha256"]!;

    private static ReadOnlyMemory<byte> Target(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, string name) =>
        files.Single(file => file.Key.Contains(HashOf(files, name), StringComparison.Ordinal)).Value;
}
