using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Cli.Output;
using Assay.Npm;

namespace Assay.Core.Tests.Cli;

/// <summary>Versions that a registry passes on from another one: judged by that one's signature, which nobody but the reader can say whose it is.</summary>
public sealed class PassedOnTests : IDisposable
{
    private const string Slsa = "https://slsa.dev/provenance/v1";
    private const string PublicUrl = "https://registry.npmjs.org/";
    private const string OldId = "SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA";
    private const string OldKey =
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1Olb3zMAFFxXKHiIkQO5cJ3Yhl5i6UPp+IhuteBJbuHcA5UogKo0EWtlWwW6KSaKoTNEYL7JlCQiVnkhBktUgg==";
    private const string NewId = "SHA256:DhQ8wR5APBvFHLF/+Tc+AYvPOdTpcIDqOhxsBHRwC7U";
    private const string NewKey =
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEY6Ya7W++7aUPzvMTrezH6Ycx3c+HOKYCcNGybJZSCJq/fd7Qa8uuAKtdIkUQtQiEKERhAmE5lMMJhP8OkDOa2g==";

    private readonly TestRegistry registry = new();
    private readonly OtherRegistry other = new();
    private readonly TestClient client = new();
    private readonly string keys;

    public PassedOnTests()
    {
        registry.Publish("@acme/x", "1.0.0");
        other.PassedOnBy(registry, "left-pad", "1.0.0");
        keys = client.Write("partner.json", other.Answer);
    }

    [Fact]
    public async Task A_lockfile_of_both_kinds_verifies_and_the_report_says_which_are_whose()
    {
        var text = await VerifyAsync(Lockfile(), "--upstream-keys", keys, "--details", "--require-log");
        var json = JsonNode.Parse((await VerifyAsync(Lockfile(), "--upstream-keys", keys, "--json")).Output)!;

        text.ShouldBeGood();
        Assert.Contains($"key {OtherRegistry.KeyId} of {OtherRegistry.Url}, from where this registry passes the version on", text.Output, StringComparison.Ordinal);
        Assert.Contains($"it was not published here, but passed on from {OtherRegistry.Url}", text.Output, StringComparison.Ordinal);
        Assert.Contains("2 of 2 versions verified", text.Output, StringComparison.Ordinal);
        Assert.Contains($"1 of them passed on from {OtherRegistry.Url}", text.Output, StringComparison.Ordinal);
        Assert.Equal(1, (int)json["passedOn"]!);
        Assert.Equal([null, OtherRegistry.Url], json["packages"]!.AsArray().Select(package => (string?)package!["passedOnFrom"]));
    }

    [Theory]
    [InlineData(
        "tiny-tarball", "1.0.0", "SxmEuEiq4d9L2UjUCyP7g3KHND65MJnsFbEwCbaoMp9NYjHjufAzIUCRaRHB+FNTwzZ1e2xjBoYobBB8pqB5IQ==", OldId, OldKey,
        "MEUCICguG74eMv+l6RBT6cDoOhWysqtjms2zSXyWwg6LC5XnAiEAq1VSNbCx+D4LT6lgzYx0JGs0PPWKgP9XuQn8tniow2c=")]
    [InlineData(
        "gitnexus", "1.6.3", "Yvhc70ESXFHPMtXHSddDgNL3dUxdvmA+CmxoadFBB7rTxIcXi8vrY/jhMvjvzJpBxp4JKi+lD8Pt1m1wL88Mtg==", NewId, NewKey,
        "MEYCIQCQARKOetvmR4UCJ//33uz5cRBl4oLlbWPHhsrSXNIhTwIhALCAE35kvYprKw5D6NKJ0rBl7i4kidI6EWBVmgzGJD4t")]
    public async Task What_the_public_registry_signed_verifies_without_being_told_its_keys(string name, string version, string digest, string id, string key, string signature)
    {
        ShowPublic(name, version, digest, id, key, signature);
        registry.Change(name, json => json["time"]![version] = "2020-01-01T00:00:00.000Z");

        var run = await VerifyAsync($"{name}@{version}");

        run.ShouldBeGood();
        Assert.Contains($"1 of them passed on from {PublicUrl}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_public_registrys_old_key_has_ended_even_if_it_is_listed_without_an_end()
    {
        ShowPublic(
            "tiny-tarball", "1.0.0", "SxmEuEiq4d9L2UjUCyP7g3KHND65MJnsFbEwCbaoMp9NYjHjufAzIUCRaRHB+FNTwzZ1e2xjBoYobBB8pqB5IQ==", OldId, OldKey,
            "MEUCICguG74eMv+l6RBT6cDoOhWysqtjms2zSXyWwg6LC5XnAiEAq1VSNbCx+D4LT6lgzYx0JGs0PPWKgP9XuQn8tniow2c=");
        registry.Change("tiny-tarball", json => json["time"]!["1.0.0"] = "2025-01-29T00:00:00.000Z");

        (await VerifyAsync("tiny-tarball@1.0.0")).ShouldRefute("had expired");
    }

    [Fact]
    public async Task An_end_that_is_listed_counts_even_if_the_reader_knows_of_none()
    {
        registry.Change("-/npm/v1/keys", json => json["keys"]![1]!["expires"] = "2026-03-01T12:00:00.000Z");

        (await VerifyAsync("left-pad@1.0.0", "--upstream-keys", keys)).ShouldRefute("had expired");
    }

    [Fact]
    public async Task A_key_that_only_the_registry_knows_counts_for_nothing()
    {
        var run = await VerifyAsync("left-pad@1.0.0");

        run.ShouldRefute($"{OtherRegistry.KeyId} is a key of {OtherRegistry.Url} by this registry's word alone");
        run.ShouldRefute("has nothing about this version");
    }

    [Theory]
    [InlineData(TestRegistry.KeyId, OtherRegistry.Url)]
    [InlineData(TestRegistry.KeyId, PublicUrl)]
    [InlineData(NewId, PublicUrl)]
    [InlineData(TestRegistry.KeyId, "")]
    public async Task The_registrys_own_key_does_not_become_anothers_by_its_word(string id, string said)
    {
        var evil = registry.Key.SignData(
            Encoding.UTF8.GetBytes($"@acme/x@2.0.0:{TestRegistry.IntegrityOf("evil")}"), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        registry.Show("@acme/x", "2.0.0", TestRegistry.IntegrityOf("evil"), id, evil);
        registry.Change("-/npm/v1/keys", json =>
        {
            json["keys"]![0]!["keyid"] = id;
            json["keys"]![0]!["registry"] = said;
        });

        var run = await VerifyAsync("@acme/x@2.0.0", "--upstream-keys", keys);

        run.ShouldRefute("X signature");
        run.ShouldRefute("X log");
    }

    [Fact]
    public async Task A_known_key_that_the_registry_calls_its_own_signs_what_must_be_in_the_log()
    {
        registry.Change("-/npm/v1/keys", json => json["keys"]![1]!.AsObject().Remove("registry"));

        (await VerifyAsync("left-pad@1.0.0", "--upstream-keys", keys)).ShouldRefute("has nothing about this version");
    }

    [Fact]
    public async Task A_version_that_the_registry_signed_too_must_be_in_the_log()
    {
        registry.Publish("@acme/x", "2.0.0");
        registry.Tamper = (path, body) => path == "-/assay/v1/log/packages/@acme/x/2.0.0" ? null : path == "@acme/x/2.0.0" ? WithOthersSignature(body) : body;

        (await VerifyAsync("@acme/x@2.0.0", "--upstream-keys", keys)).ShouldRefute("has nothing about this version");
    }

    [Fact]
    public async Task Changed_bytes_and_changed_signatures_are_refuted()
    {
        registry.Change("left-pad/1.0.0", json => json["dist"]!["integrity"] = TestRegistry.IntegrityOf("evil").ToString());
        (await VerifyAsync("left-pad@1.0.0", "--upstream-keys", keys)).ShouldRefute("is not of this name, version and integrity");

        registry.Change("left-pad/1.0.0", json => json["dist"]!["signatures"]![0]!["sig"] = Convert.ToBase64String(other.Sign("left-pad", "1.0.1", "left-pad@1.0.0")));
        (await VerifyAsync("left-pad@1.0.0", "--upstream-keys", keys)).ShouldRefute("is not of this name, version and integrity");

        registry.Tamper = (_, body) => body;
        (await VerifyAsync(Lockfile(leftPad: "evil"), "--upstream-keys", keys)).ShouldRefute("package-lock.json has sha512-");
    }

    [Fact]
    public async Task A_name_that_was_published_here_is_not_passed_on()
    {
        other.PassedOnBy(registry, "@acme/x", "9.0.0");

        (await VerifyAsync("@acme/x@9.0.0", "--upstream-keys", keys)).ShouldRefute("entry 0 is a publish of this name here");
    }

    [Theory]
    [InlineData("left-pad")]
    [InlineData("left*")]
    [InlineData("*")]
    public async Task A_name_that_is_to_be_ours_is_not_passed_on(string pattern)
    {
        (await VerifyAsync(Lockfile(), "--upstream-keys", keys, "--ours", pattern)).ShouldRefute($"it is to be this registry's own, and is passed on from {OtherRegistry.Url}");
    }

    [Theory]
    [InlineData("@acme/*")]
    [InlineData("@acme/x")]
    [InlineData("left-pa")]
    [InlineData("eft*")]
    public async Task What_is_ours_and_the_names_of_others_are_left_in_peace(string pattern)
    {
        (await VerifyAsync(Lockfile(), "--upstream-keys", keys, "--ours", pattern)).ShouldBeGood();
    }

    [Fact]
    public async Task A_name_that_is_to_be_ours_must_be_in_a_log()
    {
        registry.HasLog = false;

        (await VerifyAsync("@acme/x@1.0.0", "--ours", "@acme/*")).ShouldRefute("it is to be this registry's own, and is not in its log");
    }

    [Fact]
    public async Task A_lockfile_that_takes_a_name_of_ours_from_elsewhere_is_refuted()
    {
        var lockfile = Lockfile(from: PublicUrl);

        (await VerifyAsync(lockfile)).ShouldBeGood();
        (await VerifyAsync(lockfile, "--ours", "left-pad")).ShouldRefute($"package-lock.json takes it from {PublicUrl}left-pad/-/left-pad-1.0.0.tgz");
    }

    [Fact]
    public async Task Attestations_that_only_the_other_registrys_root_could_judge_prove_nothing_and_break_nothing()
    {
        registry.Attest("left-pad", "1.0.0", Slsa, [], other.Key, OtherRegistry.KeyId);

        var run = await VerifyAsync("left-pad@1.0.0", "--upstream-keys", keys);

        run.ShouldBeGood();
        Assert.Contains("1 not judged", run.Output, StringComparison.Ordinal);
        (await VerifyAsync("left-pad@1.0.0", "--upstream-keys", keys, "--require-provenance")).ShouldRefute("is to have provenance, and has none");
    }

    [Fact]
    public async Task Attestations_of_the_public_registry_are_judged()
    {
        const string Digest = "282c0c5fa936d264321643581b65d3de5c0af6ed4fdfac12f5851115df39cc25cfaf0ad22d908487bfef30114d61c25746206d1834be4f8fd1659178f77cc004";
        var integrity = Integrity.FromSha512(Convert.FromHexString(Digest));
        registry.OtherKeys.Add(OtherRegistry.KeyOf(OldKey, OldId, PublicUrl));
        registry.Show("sigstore", "0.4.0", integrity, OtherRegistry.KeyId, other.Key.SignData(
            Encoding.UTF8.GetBytes($"sigstore@0.4.0:{integrity}"), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        var file = Path.Combine(AppContext.BaseDirectory, "Provenance", "RealBundles", "npm-pacote", "valid-attestations.json");
        foreach (var attestation in JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!["attestations"]!.AsArray())
        {
            registry.List("sigstore", "0.4.0", (string)attestation!["predicateType"]!, (JsonObject)attestation["bundle"]!.DeepClone());
        }

        var run = await VerifyAsync("sigstore@0.4.0", "--upstream-keys", keys, "--provider", "github");

        run.ShouldBeGood();
        Assert.Contains("2 verified", run.Output, StringComparison.Ordinal);
        Assert.Contains($"signed by {OtherRegistry.Url} ({OldId})", run.Output, StringComparison.Ordinal);
        registry.Change("-/npm/v1/attestations/sigstore@0.4.0", json =>
        {
            var envelope = json["attestations"]![0]!["bundle"]!["dsseEnvelope"]!;
            envelope["payload"] = Convert.ToBase64String("{}"u8);
        });
        (await VerifyAsync("sigstore@0.4.0", "--upstream-keys", keys)).ShouldRefute("bad-signature");
    }

    [Fact]
    public async Task Others_do_not_attest_what_is_ours()
    {
        registry.Attest("@acme/x", "1.0.0", Slsa, [], other.Key, OtherRegistry.KeyId);

        (await VerifyAsync("@acme/x@1.0.0", "--upstream-keys", keys)).ShouldRefute("signing-key-unknown");
    }

    // Where the trusted root knows the log, it is only the key that is in question.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_signed_a_version_attests_it_and_not_who_passes_it_on(bool isByOther)
    {
        var root = client.Write("trusted_root.json", RootOfLog());
        var (key, id) = isByOther ? (other.Key, OtherRegistry.KeyId) : (registry.Key, TestRegistry.KeyId);
        registry.Attest("left-pad", "1.0.0", Slsa, [], key, id);

        var run = await VerifyAsync("left-pad@1.0.0", "--upstream-keys", keys, "--trusted-root", root, "--require-provenance");

        Assert.Equal(isByOther ? ExitCode.Good : ExitCode.Refuted, run.Code);
        Assert.Contains(isByOther ? "1 verified" : "1 not judged", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_an_answer_calls_anothers_are_not_taken_from_it()
    {
        var said = new JsonArray(
            OtherRegistry.KeyOf(NewKey, "SHA256:of-the-answerer", registry: null), OtherRegistry.KeyOf(other.Key, OtherRegistry.KeyId, OtherRegistry.Url));
        client.Write("answer.json", new JsonObject { ["keys"] = said }.ToJsonString());

        (await VerifyAsync("left-pad@1.0.0", "--upstream-keys", "answer.json")).ShouldRefute("by this registry's word alone");
    }

    [Theory]
    [InlineData("--upstream-keys", "missing.json")]
    [InlineData("--upstream-keys", "none.json")]
    [InlineData("--upstream-keys", "text.json")]
    [InlineData("--ours", "@acme")]
    [InlineData("--ours", "*-utils")]
    [InlineData("--ours", "@acme/**")]
    [InlineData("--ours", "")]
    public async Task Options_that_say_nothing_are_refused(string option, string value)
    {
        client.Write("none.json", """{"keys":[]}""");
        client.Write("text.json", "not found");

        Assert.Equal(ExitCode.Usage, (await VerifyAsync("@acme/x@1.0.0", option, value)).Code);
    }

    public void Dispose()
    {
        registry.Dispose();
        other.Dispose();
        client.Dispose();
    }

    private void ShowPublic(string name, string version, string digest, string id, string key, string signature)
    {
        Assert.True(Integrity.TryParse($"sha512-{digest}", out var integrity));
        registry.OtherKeys.Add(OtherRegistry.KeyOf(key, id, "https://mirror.example/"));
        registry.Show(name, version, integrity, id, Convert.FromBase64String(signature));
    }

    private string RootOfLog() => new JsonObject
    {
        ["mediaType"] = "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        ["tlogs"] = new JsonArray(new JsonObject
        {
            ["baseUrl"] = $"https://{registry.Origin}",
            ["hashAlgorithm"] = "SHA2_256",
            ["publicKey"] = new JsonObject
            {
                ["rawBytes"] = Convert.ToBase64String(registry.Log.EcdsaKey.SubjectPublicKeyInfo.Span),
                ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256",
                ["validFor"] = new JsonObject { ["start"] = "2020-01-01T00:00:00Z" },
            },
            ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(registry.Log.EcdsaKey.LogId.Span) },
        }),
    }.ToJsonString();

    private byte[] WithOthersSignature(byte[] body)
    {
        var json = JsonNode.Parse(body)!;
        json["dist"]!["signatures"]!.AsArray().Add(new JsonObject
        {
            ["keyid"] = OtherRegistry.KeyId,
            ["sig"] = Convert.ToBase64String(other.Sign("@acme/x", "2.0.0", "@acme/x@2.0.0")),
        });
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private Task<Run> VerifyAsync(params string[] arguments) => client.RunAsync(["verify", .. arguments, "--registry", registry.Url]);

    private string Lockfile(string leftPad = "left-pad@1.0.0", string? from = null) => client.Write("package-lock.json", $$"""
        {"lockfileVersion":3,"packages":{"":{},
        "node_modules/@acme/x":{"version":"1.0.0","resolved":"{{registry.Url}}@acme/x/-/x-1.0.0.tgz","integrity":"{{TestRegistry.IntegrityOf("@acme/x@1.0.0")}}"},
        "node_modules/left-pad":{"version":"1.0.0","resolved":"{{from ?? registry.Url}}left-pad/-/left-pad-1.0.0.tgz","integrity":"{{TestRegistry.IntegrityOf(leftPad)}}"}
        } }
        """);
}
