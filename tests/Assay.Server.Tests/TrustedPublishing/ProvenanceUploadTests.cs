using System.Net;
using System.Text.Json.Nodes;
using Assay.Npm;
using Assay.Provenance;
using Assay.Provenance.Sigstore;
using Assay.Provenance.Sigstore.Roots;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.SigstoreSimulator;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary>Bundles that clients made with Sigstore, at the publish that brings them.</summary>
public sealed class ProvenanceUploadTests(SharedSigstoreWorld shared) : IClassFixture<SharedSigstoreWorld>
{
    private static readonly TestPackage Never = SigstoreWorld.Package("9.9.9");

    private readonly SigstoreWorld world = shared.World;

    public static TheoryData<string, string, string> Bad() => new()
    {
        { "another package", "provenance-of-another", "pkg:npm/%40acme/hello@9.9.9" },
        { "another version", "provenance-of-another", "pkg:npm/%40acme/hello@9.9.9" },
        { "other bytes", "provenance-of-another", "other bytes" },
        { "two subjects", "provenance-of-another", "nothing else" },
        { "expired certificate", "provenance-not-verified", "certificate-untrusted" },
        { "certificate of the future", "provenance-not-verified", "certificate-untrusted" },
        { "another signature", "provenance-not-verified", "bad-signature" },
        { "envelope that names a key", "provenance-not-verified", "signer-of-another-kind" },
        { "no log entry", "provenance-not-verified", "log-entry-missing" },
        { "log entry without proof", "provenance-not-verified", "log-proof-missing" },
        { "statement of the registry's own kind", "provenance-not-verified", "SLSA provenance" },
        { "no source ref", "provenance-not-verified", "ref" },
        { "too many bytes", "provenance-too-large", "262144" },
        { "another run", "provenance-of-another-run", "certificate's run" },
        { "another attempt", "provenance-of-another-run", "certificate's run" },
        { "another repository of that name", "provenance-of-another-run", "repository id" },
        { "another owner of that name", "provenance-of-another-run", "owner id" },
        { "another commit", "provenance-of-another-run", "commit" },
        { "another issuer", "provenance-of-another-run", "issuer" },
    };

    [Theory]
    [InlineData("0.1.0", false)]
    [InlineData("0.2.0", true)]
    public async Task A_run_publishes_with_the_provenance_that_it_signed(string version, bool isStamped)
    {
        var (run, package) = (world.NewRun(), SigstoreWorld.Package(version));

        using var answer = await world.PublishAsync(await world.TokenAsync(run), package, world.Draft(package, run) with { IsStamped = isStamped });

        await answer.ShouldBeAsync(HttpStatusCode.Created);
        Assert.Contains(version, await world.Trust.VersionsAsync());
        var dist = (await world.Trust.App.PackumentAsync(world.Trust.Administrator, "@acme%2fhello"))["versions"]![version]!["dist"]!;
        using var listed = await world.Trust.App.GetAsync(new Uri((string)dist["attestations"]!["url"]!).PathAndQuery, world.Trust.Administrator);
        var attestation = Assert.Single((await listed.ShouldBeAsync(HttpStatusCode.OK))["attestations"]!.AsArray())!;
        Assert.Equal((string?)dist["attestations"]!["provenance"]!["predicateType"], (string?)attestation["predicateType"]);
        Assert.IsType<BundleVerdict.Verified>(await VerdictAsync(package, attestation["bundle"]!));
    }

    private async Task<BundleVerdict> VerdictAsync(TestPackage package, JsonNode bundle)
    {
        Assert.True(PackageName.TryParse(package.Name, null, out var name));
        Assert.True(SemanticVersion.TryParse(package.Version, out var version));
        Assert.True(TrustedRoot.TryParse(world.Sigstore.TrustedRoot, out var root));
        Assert.True(UnverifiedBundle.TryParse(bundle.ToJsonString(), out var read, out _));
        var dist = (await world.Trust.App.PackumentAsync(world.Trust.Administrator, "@acme%2fhello"))["versions"]![package.Version]!["dist"]!;
        Assert.True(Integrity.TryParse((string)dist["integrity"]!, out var integrity));
        return BundleVerification.Verify(
            read, root, new BundleExpectations(new ExpectedSigner.AnyCertificate(), new ExpectedArtifact.Package(name, version, integrity)), world.Trust.App.Clock.GetUtcNow());
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_bundle_that_is_not_good_refuses_the_publish(string what, string code, string reason)
    {
        var run = world.NewRun();
        var (token, draft) = (await world.TokenAsync(run), Spoilt(what, world.Draft(Never, run)));

        var text = await world.ShouldLeaveNothingAsync(() => world.PublishAsync(token, Never, draft), code);

        Assert.Contains(reason, text);
    }

    [Theory]
    [InlineData("this is no bundle")]
    [InlineData("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\"}")]
    [InlineData("{}")]
    public async Task What_is_no_bundle_refuses_it_too(string data)
    {
        var token = await world.TokenAsync(world.NewRun());

        await world.ShouldLeaveNothingAsync(() => world.PublishAsync(token, Never, data), "provenance-malformed");
    }

    [Fact]
    public async Task A_sigstore_that_nobody_here_trusts_vouches_for_nothing()
    {
        var run = world.NewRun();
        var token = await world.TokenAsync(run);
        var stranger = new SimulatedSigstore(world.Trust.App.Clock).Sign(world.Draft(Never, run)).ToJsonString();

        await world.ShouldLeaveNothingAsync(() => world.PublishAsync(token, Never, stranger), "provenance-not-verified");
    }

    [Fact]
    public async Task After_a_bad_bundle_the_same_token_is_good_for_the_good_one()
    {
        var (run, package) = (world.NewRun(), SigstoreWorld.Package("0.3.0"));
        var token = await world.TokenAsync(run);
        await world.ShouldLeaveNothingAsync(() => world.PublishAsync(token, package, Spoilt("another run", world.Draft(package, run))), "provenance-of-another-run");

        using var answer = await world.PublishAsync(token, package, world.Draft(package, run));

        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_publish_whose_answer_was_lost_is_repeated_with_its_bundle()
    {
        var (run, package) = (world.NewRun(), SigstoreWorld.Package("0.4.0"));
        var (token, bundle) = (await world.TokenAsync(run), world.Sigstore.Sign(world.Draft(package, run)).ToJsonString());

        using var first = await world.PublishAsync(token, package, bundle);
        using var second = await world.PublishAsync(token, package, bundle);

        await first.ShouldBeAsync(HttpStatusCode.Created);
        await second.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_repository_that_was_renamed_between_two_tokens_is_still_the_same()
    {
        var (run, package) = (world.NewRun(), SigstoreWorld.Package("0.5.0", "https://github.com/octo-org/new-name"));
        var draft = world.Draft(package, run);
        draft.Claims["repository"] = "octo-org/new-name";

        using var answer = await world.PublishAsync(await world.TokenAsync(run), package, draft);

        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_person_has_no_run_that_a_certificate_could_agree_with()
    {
        var package = SigstoreWorld.Package("1.0.0", name: "@acme/by-hand");
        var draft = world.Draft(package, world.NewRun());

        var text = await world.ShouldLeaveNothingAsync(() => world.PublishAsync(world.Trust.Administrator, package, draft), "provenance-without-run");

        Assert.Contains("trusted publishing", text);
        using var without = await package.PublishAsync(world.Trust.App, world.Trust.Administrator);
        await without.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("https://github.com/octo-org/other")]
    [InlineData("https://github.com/Octo-Org/octo-repo")]
    [InlineData("https://example.com/octo-org/octo-repo")]
    [InlineData(null)]
    public async Task Package_json_has_to_name_the_repository_that_the_certificate_names(string? repository)
    {
        var (run, package) = (world.NewRun(), SigstoreWorld.Package("9.9.9", repository));
        var token = await world.TokenAsync(run);

        var text = await world.ShouldLeaveNothingAsync(() => world.PublishAsync(token, package, world.Draft(package, run)), "provenance-other-repository");

        Assert.Contains("https://github.com/octo-org/octo-repo", text);
    }

    [Fact]
    public async Task A_provider_whose_runs_cannot_be_compared_brings_no_bundles()
    {
        var package = SigstoreWorld.Package("1.0.0", name: "@acme/circle");
        using var trusted = await world.Trust.TrustAsync(package.Name, TrustRequest.Circleci(TrustRequest.Context));
        await trusted.ShouldBeCreatedAsync();
        var token = await world.Trust.ExchangedAsync(world.Trust.Ci.MintCircleci(), package.Name);

        await world.ShouldLeaveNothingAsync(() => world.PublishAsync(token, package, world.Draft(package, world.NewRun())), "provenance-not-comparable");
    }

    [Fact]
    public async Task A_gitlab_job_is_held_against_its_own_certificate()
    {
        var package = SigstoreWorld.Package("1.0.0", "https://gitlab.com/octocat/hello-world", "@acme/gitlab");
        using var trusted = await world.Trust.TrustAsync(package.Name, TrustRequest.Gitlab());
        await trusted.ShouldBeCreatedAsync();
        var token = await world.Trust.ExchangedAsync(world.Trust.Ci.MintGitlab(new() { ["job_id"] = "302" }), package.Name);
        var other = world.Draft(package, []) with { Claims = Gitlab("303") };

        await world.ShouldLeaveNothingAsync(() => world.PublishAsync(token, package, other), "provenance-of-another-run");
        using var answer = await world.PublishAsync(token, package, other with { Claims = Gitlab("302") });

        await answer.ShouldBeAsync(HttpStatusCode.Created);
    }

    private JsonObject Gitlab(string job) =>
        IdentityToken.Payload(world.Trust.Ci.MintGitlab(new() { ["job_id"] = job }, audience: "sigstore"));

    private static BundleDraft Spoilt(string what, BundleDraft draft)
    {
        BundleDraft Claiming(string claim, string? value)
        {
            draft.Claims[claim] = value;
            return draft;
        }

        return what switch
        {
            "another package" => draft with { Subject = "pkg:npm/%40acme/other@9.9.9" },
            "another version" => draft with { Subject = "pkg:npm/%40acme/hello@9.9.8" },
            "other bytes" => draft with { Sha512 = new string('a', 128) },
            "two subjects" => draft with { FurtherSubjects = ["pkg:npm/%40acme/other@1.0.0"] },
            "expired certificate" => draft with { CertificateAge = TimeSpan.FromMinutes(11) },
            "certificate of the future" => draft with { CertificateAge = TimeSpan.FromMinutes(-5) },
            "another signature" => draft with { Change = bundle => bundle["dsseEnvelope"]!["signatures"]![0]!["sig"] = "MAYCAQECAQE=" },
            "envelope that names a key" => draft with { Change = bundle => bundle["dsseEnvelope"]!["signatures"]![0]!["keyid"] = "SHA256:key" },
            "no log entry" => draft with { Change = bundle => bundle["verificationMaterial"]!["tlogEntries"] = new JsonArray() },
            "log entry without proof" => draft with { Change = bundle => Entry(bundle).Remove("inclusionProof") },
            "statement of the registry's own kind" => draft with { PredicateType = "https://github.com/npm/attestation/tree/main/specs/publish/v0.1" },
            "no source ref" => Claiming("ref", null),
            "too many bytes" => draft with { Change = bundle => bundle["ballast"] = new string('x', 300_000) },
            "another run" => Claiming("run_id", "4"),
            "another attempt" => Claiming("run_attempt", "2"),
            "another repository of that name" => Claiming("repository_id", "75"),
            "another owner of that name" => Claiming("repository_owner_id", "66"),
            "another commit" => Claiming("sha", "0000000000000000000000000000000000000000"),
            "another issuer" => Claiming("iss", "https://token.actions.githubusercontent.com"),
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
        };
    }

    private static JsonObject Entry(JsonObject bundle) => bundle["verificationMaterial"]!["tlogEntries"]![0]!.AsObject();
}
