using System.Net;
using System.Text.Json.Nodes;
using Assay.Provenance.Sigstore;
using Assay.Server.Audit;
using Assay.Server.Signing;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.Transparency;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Attestations;

/// <summary>Every trusted publish is stated and signed by the registry; stock clients are told of it only where they can verify it.</summary>
public sealed class AttestationTests
{
    private const string PublishType = "https://github.com/npm/attestation/tree/main/specs/publish/v0.1";
    private const string ProvenanceType = "https://slsa.dev/provenance/v1";
    private const string PrivateRoot = "--Assay:Attestations:Mode=PrivateRoot";

    [Fact]
    public async Task A_trusted_publish_has_two_attestations_that_verify_with_the_registrys_keys_alone()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        var attestations = await world.App.AttestationsAsync(world.Administrator, TrustWorld.Package, "1.0.0");

        Assert.Equal([PublishType, ProvenanceType], attestations.Select(each => (string)each!["predicateType"]!));
        var publish = await world.App.VerifiedStatementAsync(world.Administrator, TrustWorld.Package, "1.0.0", attestations[0]!);
        var provenance = await world.App.VerifiedStatementAsync(world.Administrator, TrustWorld.Package, "1.0.0", attestations[1]!);
        Assert.Equal(world.App.Url.AbsoluteUri.TrimEnd('/'), (string?)publish["predicate"]!["registry"]);
        var workflow = provenance["predicate"]!["buildDefinition"]!["externalParameters"]!["workflow"]!;
        Assert.EndsWith("/octo-org/octo-repo", (string)workflow["repository"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_leaf_of_an_attestation_is_the_entry_in_its_bundle()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var leaves = await world.App.LeavesAsync(world.Administrator);

        foreach (var attestation in await world.App.AttestationsAsync(world.Administrator, TrustWorld.Package, "1.0.0"))
        {
            var entry = Assert.Single(attestation!["bundle"]!["verificationMaterial"]!["tlogEntries"]!.AsArray())!;
            Assert.Equal(Convert.FromBase64String((string)entry["canonicalizedBody"]!), leaves[int.Parse((string)entry["logIndex"]!, null)]);
        }
    }

    [Fact]
    public async Task A_bundle_stays_what_it_is_when_the_log_grows_and_its_keys_are_replaced()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        var before = (await world.App.AttestationsAsync(world.Administrator, TrustWorld.Package, "1.0.0")).ToJsonString();

        foreach (var purpose in new[] { KeyPurpose.Registry, KeyPurpose.LogEcdsa, KeyPurpose.LogEd25519 })
        {
            await world.App.Services.GetRequiredService<RotateKey>().RunAsync(purpose, new Actor("test", ""), CancellationToken.None);
        }
        await world.PublishFromGithubAsync("1.1.0", new JsonObject { ["run_id"] = "777" });

        Assert.Equal(before, (await world.App.AttestationsAsync(world.Administrator, TrustWorld.Package, "1.0.0")).ToJsonString());
        foreach (var version in new[] { "1.0.0", "1.1.0" })
        {
            foreach (var attestation in await world.App.AttestationsAsync(world.Administrator, TrustWorld.Package, version))
            {
                await world.App.VerifiedStatementAsync(world.Administrator, TrustWorld.Package, version, attestation!);
            }
        }
    }

    [Fact]
    public async Task A_changed_statement_and_one_of_another_version_do_not_verify()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();
        await world.PublishFromGithubAsync("1.1.0", new JsonObject { ["run_id"] = "777" });
        var attestation = (await world.App.AttestationsAsync(world.Administrator, TrustWorld.Package, "1.0.0"))[1]!;

        Assert.IsType<BundleVerdict.Refused>(await world.App.VerdictAsync(world.Administrator, TrustWorld.Package, "1.1.0", attestation));
        attestation["bundle"]!["verificationMaterial"]!["tlogEntries"]![0]!["integratedTime"] = "1";
        Assert.IsType<BundleVerdict.Refused>(await world.App.VerdictAsync(world.Administrator, TrustWorld.Package, "1.0.0", attestation));
    }

    [Fact]
    public async Task By_default_stock_clients_are_told_of_none()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        using var looked = await world.App.GetAsync("/-/npm/v1/attestations/@acme%2fhello@1.0.0", world.Administrator);

        await looked.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "no-attestations");
        Assert.Null((await world.App.PackumentAsync(world.Administrator, "@acme%2fhello"))["versions"]!["1.0.0"]!["dist"]!["attestations"]);
    }

    [Fact]
    public async Task With_a_private_root_documents_announce_what_the_endpoint_has()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, PrivateRoot);

        foreach (var accept in new[] { "application/json", "application/vnd.npm.install-v1+json" })
        {
            using var answer = await world.App.GetAsync("/@acme%2fhello", world.Administrator, headers => headers.Add("Accept", accept));
            var announced = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["versions"]!["1.0.0"]!["dist"]!["attestations"]!;
            Assert.Equal(ProvenanceType, (string?)announced["provenance"]!["predicateType"]);
            var listed = await world.App.JsonAsync(new Uri((string)announced["url"]!).PathAndQuery, world.Administrator);
            Assert.Equal((await world.App.AttestationsAsync(world.Administrator, TrustWorld.Package, "1.0.0")).ToJsonString(), listed["attestations"]!.ToJsonString());
        }
    }

    [Fact]
    public async Task The_private_source_of_a_public_package_is_for_members_unless_its_owners_show_it()
    {
        await using var world = await TrustWorld.WithPolicyAsync(null, PrivateRoot, "--Assay:Access:Read=Public", "--Assay:Access:Ceiling=Public");
        await world.PublishFromGithubAsync("1.0.0", new JsonObject { ["repository_visibility"] = "private" });

        Assert.Equal([PublishType], await SeenAsync(world, null));
        Assert.Equal([PublishType, ProvenanceType], await SeenAsync(world, world.Administrator));
        Assert.Null((await world.App.PackumentAsync(world.Administrator, "@acme%2fhello"))["versions"]!["1.0.0"]!["dist"]!["attestations"]);

        await (await world.App.PutAsync("/-/assay/v1/package/@acme%2fhello/provenance", world.Administrator, new JsonObject { ["showsSource"] = true })).ShouldBeAsync(HttpStatusCode.OK);

        Assert.Equal([PublishType, ProvenanceType], await SeenAsync(world, null));
        Assert.NotNull((await world.App.PackumentAsync(world.Administrator, "@acme%2fhello"))["versions"]!["1.0.0"]!["dist"]!["attestations"]);
    }

    // Whoever holds a token of a build elsewhere is a stranger here, whoever its person is.
    [Theory]
    [InlineData("""{"packages":["@acme/hello"]}""", true)]
    [InlineData("""{"scopes":["@acme"]}""", true)]
    [InlineData("""{"packages_all":true}""", true)]
    [InlineData("""{"packages":["@acme/other"],"packages_and_scopes_permission":"read-write"}""", false)]
    [InlineData("""{"scopes":["@other"],"packages_and_scopes_permission":"read-write"}""", false)]
    [InlineData("""{"orgs":["acme"],"orgs_permission":"read-write"}""", false)]
    public async Task The_private_source_of_a_public_package_is_for_tokens_that_were_made_for_it(string wanted, bool isShown)
    {
        await using var world = await TrustWorld.WithPolicyAsync(null, PrivateRoot, "--Assay:Access:Read=Public", "--Assay:Access:Ceiling=Public");
        await world.PublishFromGithubAsync("1.0.0", new JsonObject { ["repository_visibility"] = "private" });
        var token = await world.App.TokenAsync(world.Administrator, JsonNode.Parse(wanted)!.AsObject());

        using var answer = await world.App.GetAsync("/-/assay/v1/attestations/@acme%2fhello/1.0.0", token);

        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(isShown ? [PublishType, ProvenanceType] : [PublishType], JsonNode.Parse(text)!["attestations"]!.AsArray().Select(each => (string)each!["predicateType"]!));
        var statements = JsonNode.Parse(text)!["attestations"]!.AsArray()
            .Select(each => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String((string)each!["bundle"]!["dsseEnvelope"]!["payload"]!)));
        Assert.Equal(isShown, statements.Any(statement => statement.Contains("octo-repo", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_a_person_published_has_no_attestations_and_never_an_empty_list()
    {
        await using var app = await RegistryApp.StartAsync([PrivateRoot]);
        var alice = await app.SignedInAsync("alice");
        await app.PublishedAsync(alice, new TestPackage("x", "1.0.0"));

        foreach (var path in new[] { "/-/npm/v1/attestations/x@1.0.0", "/-/npm/v1/attestations/x@9.0.0", "/-/assay/v1/attestations/x/1.0.0" })
        {
            using var answer = await app.GetAsync(path, alice);
            await answer.ShouldBeRefusedAsync(HttpStatusCode.NotFound, "no-attestations");
        }
    }

    [Fact]
    public async Task Who_may_not_read_the_package_sees_none_of_it()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, PrivateRoot);

        foreach (var path in new[] { "/-/npm/v1/attestations/@acme%2fhello@1.0.0", "/-/assay/v1/attestations/@acme%2fhello/1.0.0" })
        {
            using var answer = await world.App.GetAsync(path);
            await answer.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "authentication-required");
        }
    }

    [Fact]
    public async Task After_provenance_was_announced_a_version_without_any_is_refused_until_owners_allow_it()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync(null, PrivateRoot);
        await world.App.OpenToPeopleAsync(TrustWorld.Package);
        var package = new TestPackage(TrustWorld.Package, "1.1.0");

        using var refused = await package.PublishAsync(world.App, world.Administrator);
        await refused.ShouldBeRefusedAsync(HttpStatusCode.Forbidden, "provenance-downgrade");
        await (await world.App.PutAsync("/-/assay/v1/package/@acme%2fhello/provenance", world.Administrator, new JsonObject { ["mayLoseProvenance"] = true })).ShouldBeAsync(HttpStatusCode.OK);
        using var stored = await package.PublishAsync(world.App, world.Administrator);

        await stored.ShouldBeAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task No_statement_names_a_person()
    {
        await using var world = await TrustWorld.WithPinnedPolicyAsync();

        var statements = await world.App.ReadAsync(db => db.Attestations.Select(row => row.Statement!).ToListAsync());

        Assert.Equal(2, statements.Count);
        Assert.All(statements, statement => Assert.DoesNotContain("octocat", System.Text.Encoding.UTF8.GetString(statement), StringComparison.Ordinal));
    }

    private static async Task<IEnumerable<string>> SeenAsync(TrustWorld world, string? token)
    {
        using var answer = await world.App.GetAsync("/-/assay/v1/attestations/@acme%2fhello/1.0.0", token);
        return (await answer.ShouldBeAsync(HttpStatusCode.OK))["attestations"]!.AsArray().Select(each => (string)each!["predicateType"]!);
    }
}
