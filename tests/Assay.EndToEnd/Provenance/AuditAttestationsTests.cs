using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.EndToEnd.Clients;
using Assay.EndToEnd.Harness;
using Assay.Npm;
using Assay.Provenance.Keys;

namespace Assay.EndToEnd.Provenance;

/// <summary>Stock <c>npm audit signatures</c> with this registry's trusted root: it verifies what is intact, and finds everything that was changed.</summary>
public sealed class AuditAttestationsTests
{
    private const string Package = "@acme/attested";
    private const string Foreign = "@elsewhere/signed";

    /// <summary>What somebody did to the database of the registry.</summary>
    private static readonly (string What, string Sql)[] Tamperings =
    [
        ("other bytes", """UPDATE "Versions" SET "Sha512" = (SELECT "Sha512" FROM "Versions" WHERE "Version" = '2.0.0') WHERE "Version" = '1.0.0'"""),
        ("a signature of another version", """UPDATE "Versions" SET "Signature" = (SELECT "Signature" FROM "Versions" WHERE "Version" = '2.0.0') WHERE "Version" = '1.0.0'"""),
        ("no signature", """UPDATE "Versions" SET "Signature" = NULL, "SignatureKeyId" = NULL WHERE "Version" = '1.0.0'"""),
        ("a statement of another version", """UPDATE "Attestations" SET "Statement" = (SELECT "Statement" FROM "Attestations" WHERE "Id" = 4) WHERE "Id" = 2"""),
        ("another promise of the log", """UPDATE "Attestations" SET "EntryTimestamp" = (SELECT "EntryTimestamp" FROM "Attestations" WHERE "Id" = 4) WHERE "Id" = 2"""),
    ];

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Npm_verifies_what_is_intact_and_finds_what_was_changed(int npm)
    {
        // The registry's own checks would not let it start with most of these.
        await using var world = await World.StartAsync(
            "--Assay:Attestations:Mode=PrivateRoot", "--Assay:Log:CheckWholeAtStart=false", "--Assay:Attestations:CheckedAtStart=1");
        await PublishAsync(world, "1.0.0", "1");
        await PublishAsync(world, "2.0.0", "2");
        await using var elsewhere = await ElsewhereAsync();
        using var client = await ClientAsync(npm, world, elsewhere);
        using var app = await InstalledAsync(client);
        using var folder = new TemporaryFolder();
        var preload = await PreloadAsync(world, folder);

        var intact = (await client.RunAsync(app.Path, preload, "audit", "signatures")).ShouldSucceed();

        Assert.Contains("2 packages have verified registry signatures", intact.Output, StringComparison.Ordinal);
        Assert.Contains("1 package has a verified attestation", intact.Output, StringComparison.Ordinal);
        foreach (var (what, sql) in Tamperings)
        {
            await TamperedAsync(world, folder, sql, async () =>
            {
                // Without what npm keeps: the database was changed, and the package's revision was not.
                var audit = await client.RunAsync(app.Path, preload, "audit", "signatures", "--cache", Path.Combine(folder.Path, what));
                Assert.True(audit.ExitCode != 0, $"{what}: {audit.Printed}");
                Assert.Contains(Package, audit.Printed, StringComparison.Ordinal);
            });
        }
        (await client.RunAsync(app.Path, preload, "audit", "signatures")).ShouldSucceed();
    }

    [Fact]
    public async Task A_key_that_was_rotated_is_believed_with_the_next_request()
    {
        await using var world = await World.StartAsync("--Assay:Attestations:Mode=PrivateRoot");
        using var folder = new TemporaryFolder();
        var preload = await PreloadAsync(world, folder);
        foreach (var purpose in new[] { "registry", "log-ecdsa", "log-ed25519", "tuf-online", "tuf-root" })
        {
            (await world.Server.AdminAsync(input: null, ["key", "rotate", purpose])).ShouldSucceed();
        }
        await PublishAsync(world, "1.0.0", "1");
        await using var elsewhere = await ElsewhereAsync();
        using var client = await ClientAsync(11, world, elsewhere);
        using var app = await InstalledAsync(client);

        var audit = (await client.RunAsync(app.Path, preload, "audit", "signatures")).ShouldSucceed();

        Assert.Contains("1 package has a verified attestation", audit.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_registrys_root_npm_is_told_of_no_attestation_and_stays_content()
    {
        await using var world = await World.StartAsync();
        await PublishAsync(world, "1.0.0", "1");

        var dist = (await world.Http.VersionsAsync(Package, world.MemberToken))["1.0.0"]!["dist"]!;
        var repository = await world.Http.CallAsync(HttpMethod.Get, "/-/npm/v1/keys", null);

        Assert.Null(dist["attestations"]);
        Assert.NotEmpty(repository["keys"]!.AsArray());
    }

    private static async Task PublishAsync(World world, string version, string run)
    {
        var claims = new JsonObject { ["repository"] = "acme/attested", ["run_id"] = run };
        await world.OnceAsync("trust", async () => await world.TrustGithubAsync(Package, "acme/attested"));
        (await world.PublishAsync(new SamplePackage(Package, version), world.Ci.StartGithub(claims))).ShouldSucceed();
    }

    /// <summary>npm's own TUF client, led to the registry's repository and begun with the root that its operator downloaded.</summary>
    private static async Task<Dictionary<string, string>> PreloadAsync(World world, TemporaryFolder folder)
    {
        var root = Path.Combine(folder.Path, "root.json");
        await File.WriteAllBytesAsync(root, await world.Http.DownloadAsync(new Uri(world.Server.Url, "-/assay/v1/tuf/root.json").ToString(), world.MemberToken));
        return PrivateTrust.Preload(new Uri(world.Server.Url, "-/assay/v1/tuf"), root);
    }

    /// <summary>Another registry with a version that it signed with a key of its own.</summary>
    private static async Task<StaticHost> ElsewhereAsync()
    {
        var host = await StaticHost.StartAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var tarball = new SamplePackage(Foreign, "1.0.0").ToTarball();
        var integrity = Integrity.FromSha512(SHA512.HashData(tarball));
        Assert.True(PackageName.TryParse(Foreign, out var name));
        var signature = key.SignData(VersionSignature.Message(name, "1.0.0", integrity), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        host.Serve("@elsewhere/signed/-/signed-1.0.0.tgz", tarball);
        host.Serve(Foreign, Utf8($$$"""
            {"name":"{{{Foreign}}}","dist-tags":{"latest":"1.0.0"},"time":{"1.0.0":"2026-01-01T00:00:00.000Z"},"versions":{"1.0.0":{"name":"{{{Foreign}}}","version":"1.0.0","dist":
            {"tarball":"{{{host.Url}}}@elsewhere/signed/-/signed-1.0.0.tgz","integrity":"{{{integrity}}}","signatures":[{"keyid":"{{{KeyId.Of(key)}}}","sig":"{{{Convert.ToBase64String(signature)}}}"}]} } } }
            """));
        host.Serve("-/npm/v1/keys", Utf8($$"""
            {"keys":[{"expires":null,"keyid":"{{KeyId.Of(key)}}","keytype":"ecdsa-sha2-nistp256","scheme":"ecdsa-sha2-nistp256","key":"{{Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}}"}]}
            """));
        return host;
    }

    private static Task<PackageManager> ClientAsync(int npm, World world, StaticHost elsewhere) => PackageManager.CreateAsync(
        npm == 11 ? PinnedClient.Npm : PinnedClient.Npm12,
        $"@acme:registry={world.Server.Url}",
        PackageManager.TokenLine(world.Server.Url, world.MemberToken),
        $"@elsewhere:registry={elsewhere.Url}");

    private static async Task<App> InstalledAsync(PackageManager client)
    {
        var app = App.DependingOn(Package);
        app.Write("package.json", $$"""{"name":"app","version":"1.0.0","dependencies":{"{{Package}}":"1.0.0","{{Foreign}}":"1.0.0"} }""");
        (await client.RunAsync(app.Path, "install")).ShouldSucceed();
        return app;
    }

    private static async Task TamperedAsync(World world, TemporaryFolder folder, string sql, Func<Task> look)
    {
        await world.Server.StopAsync();
        var copy = DatabaseCopy.Of(world, folder);
        await DatabaseCopy.ChangeAsync(world, sql);
        await world.RestartAsync();
        await look();
        await copy.RestoreAsync(world);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
