using System.Text.Json.Nodes;
using Assay.Core.Tests.Provenance;
using Assay.Core.Tests.Provenance.World;

namespace Assay.Core.Tests.Cli;

public sealed class AttestationTests : IDisposable
{
    private const string Slsa = "https://slsa.dev/provenance/v1";
    private const string Listed = "-/assay/v1/attestations/@acme/x/1.0.0";

    private readonly TestRegistry registry = new();
    private readonly TestClient client = new();

    public AttestationTests()
    {
        registry.Publish("@acme/other", "1.0.0");
        registry.Publish("@acme/x", "1.0.0");
    }

    [Fact]
    public async Task The_registrys_own_provenance_says_who_signed_and_where_the_version_is_from()
    {
        registry.Attest("@acme/x", "1.0.0", Slsa, Predicate());
        registry.Publish("@acme/later", "1.0.0");

        var run = await VerifyAsync();

        run.ShouldBeGood();
        Assert.Contains("signed by the registry (SHA256:registry)", run.Output, StringComparison.Ordinal);
        Assert.Contains("https://github.com/acme/x", run.Output, StringComparison.Ordinal);
        Assert.Contains("c0ffee", run.Output, StringComparison.Ordinal);
        Assert.Contains(".github/workflows/release.yml", run.Output, StringComparison.Ordinal);
        Assert.Contains("https://github.com/acme/x/actions/runs/7", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_leaf_of_a_log_may_be_an_attestation()
    {
        using var first = new TestRegistry();
        first.Attest("@acme/x", "1.0.0", Slsa, Predicate());
        first.Publish("@acme/x", "1.0.0");
        first.Change(Listed, json => json.At("attestations/0/bundle/verificationMaterial/tlogEntries/0").AsObject().Remove("logIndex"));

        (await client.RunAsync("verify", "@acme/x@1.0.0", "--registry", first.Url)).ShouldBeGood();
    }

    [Theory]
    [InlineData("--source", "https://github.com/acme/x", true)]
    [InlineData("--source", "git+https://GitHub.com/acme/x.git", true)]
    [InlineData("--source", "https://github.com/acme/X", false)]
    [InlineData("--source", "https://github.com/acme/x-evil", false)]
    [InlineData("--provider", "github", true)]
    [InlineData("--provider", "gitlab", false)]
    public async Task What_is_required_of_provenance_must_be_so(string option, string value, bool isSo)
    {
        registry.Attest("@acme/x", "1.0.0", Slsa, Predicate());

        var run = await VerifyAsync(option, value);

        Assert.Equal(isSo ? 0 : 1, (int)run.Code);
    }

    [Fact]
    public async Task One_provenance_that_fits_does_not_hide_one_that_does_not()
    {
        registry.Attest("@acme/x", "1.0.0", Slsa, Predicate());
        registry.Attest("@acme/x", "1.0.0", Slsa, Predicate("https://github.com/evil/x"));

        (await VerifyAsync("--source", "https://github.com/acme/x")).ShouldRefute("names the source https://github.com/evil/x");
    }

    [Theory]
    [InlineData("--require-provenance", null)]
    [InlineData("--source", "https://github.com/acme/x")]
    [InlineData("--provider", "github")]
    public async Task Without_provenance_nothing_required_of_it_is_so(string option, string? value)
    {
        registry.Attest("@acme/x", "1.0.0", "https://github.com/npm/attestation/tree/main/specs/publish/v0.1", []);

        (await VerifyAsync(value is null ? [option] : [option, value])).ShouldRefute("is to have provenance, and has none");
    }

    [Theory]
    [InlineData("dsseEnvelope/payload")]
    [InlineData("dsseEnvelope/signatures/0/sig")]
    [InlineData("verificationMaterial/tlogEntries/0/canonicalizedBody")]
    [InlineData("verificationMaterial/tlogEntries/0/inclusionPromise/signedEntryTimestamp")]
    [InlineData("verificationMaterial/tlogEntries/0/inclusionProof/hashes/0")]
    public async Task A_changed_bundle_is_refuted(string place)
    {
        registry.Attest("@acme/x", "1.0.0", Slsa, Predicate());
        registry.Change(Listed, json =>
        {
            var bundle = json["attestations"]![0]!["bundle"]!;
            var bytes = Convert.FromBase64String((string)bundle.At(place)!);
            bytes[^3] ^= 1;
            bundle.At(place).ReplaceWith(Convert.ToBase64String(bytes));
        });

        (await VerifyAsync()).ShouldRefute("X attestations");
    }

    [Fact]
    public async Task A_statement_about_other_bytes_is_refuted()
    {
        registry.Publish("@acme/x", "2.0.0", bytes: "not its name");
        registry.Attest("@acme/x", "2.0.0", Slsa, Predicate());

        (await client.RunAsync("verify", "@acme/x@2.0.0", "--registry", registry.Url)).ShouldRefute("digest-mismatch");
    }

    [Fact]
    public async Task An_attestation_of_a_history_that_is_no_longer_the_logs_is_refuted()
    {
        registry.Attest("@acme/x", "1.0.0", Slsa, Predicate());
        registry.Change("-/assay/v1/log/packages/@acme/x/1.0.0", json => json["entries"]!.AsArray().RemoveAt(1));

        (await VerifyAsync()).ShouldRefute("is not in its log as the log is today");
    }

    [Fact]
    public async Task A_list_that_is_empty_or_hidden_is_refuted()
    {
        registry.Attest("@acme/x", "1.0.0", Slsa, Predicate());
        registry.Change(Listed, json => json["attestations"] = new JsonArray());
        (await VerifyAsync()).ShouldRefute("is not what it should be");

        registry.Change("@acme/x/1.0.0", json => json["dist"]!["attestations"] = new JsonObject());
        var advertising = registry.Tamper;
        registry.Tamper = (path, body) => path == Listed ? null : advertising(path, body);
        (await VerifyAsync()).ShouldRefute("none are served");
    }

    [Fact]
    public async Task A_statement_listed_as_another_kind_is_refuted()
    {
        registry.Attest("@acme/x", "1.0.0", Slsa, Predicate());
        registry.Change(Listed, json => json["attestations"]![0]!["predicateType"] = "https://example.com/other");

        (await VerifyAsync()).ShouldRefute("is listed as https://example.com/other");
    }

    [Fact]
    public async Task A_bundle_of_a_ci_verifies_against_the_trusted_root_that_is_given()
    {
        var root = client.Write("trusted_root.json", TestSigstore.Shared.RootJson().ToJsonString());
        var certificate = new TestCertificate() with { Extensions = [(8, TestCertificate.Issuer), (12, "https://github.com/acme/x"), (13, "c0ffee")] };
        var statement = TestRegistry.Statement("@acme/x", "1.0.0", Slsa, Predicate("https://github.com/somebody/else"));
        registry.List("@acme/x", "1.0.0", Slsa, new TestBundle { Statement = statement, Certificate = certificate }.Json());

        var trusted = await VerifyAsync("--trusted-root", root, "--source", "https://github.com/acme/x", "--provider", "github");
        var untrusted = await VerifyAsync();

        trusted.ShouldBeGood();
        Assert.Contains("signed by a CI run through Sigstore (https://token.actions.githubusercontent.com)", trusted.Output, StringComparison.Ordinal);
        untrusted.ShouldRefute("log-unknown");
    }

    public void Dispose()
    {
        registry.Dispose();
        client.Dispose();
    }

    private static JsonObject Predicate(string repository = "https://github.com/acme/x") => new()
    {
        ["buildDefinition"] = new JsonObject
        {
            ["externalParameters"] = new JsonObject { ["workflow"] = new JsonObject { ["repository"] = repository, ["path"] = ".github/workflows/release.yml" } },
            ["internalParameters"] = new JsonObject
            {
                ["identityToken"] = new JsonObject { ["provider"] = "github", ["issuer"] = "https://token.actions.githubusercontent.com" },
            },
            ["resolvedDependencies"] = new JsonArray(new JsonObject
            {
                ["uri"] = $"git+{repository}@refs/heads/main",
                ["digest"] = new JsonObject { ["gitCommit"] = "c0ffee" },
            }),
        },
        ["runDetails"] = new JsonObject { ["metadata"] = new JsonObject { ["invocationId"] = "https://github.com/acme/x/actions/runs/7" } },
    };

    private Task<Run> VerifyAsync(params string[] options) => client.RunAsync(["verify", "@acme/x@1.0.0", .. options, "--registry", registry.Url]);
}
