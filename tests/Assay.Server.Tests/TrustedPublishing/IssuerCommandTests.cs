using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace Assay.Server.Tests.TrustedPublishing;

/// <summary><c>./run admin issuer …</c> as an operator types it.</summary>
public sealed class IssuerCommandTests
{
    [Fact]
    public async Task Every_option_of_add_arrives()
    {
        using var folder = new TemporaryFolder();
        var keys = folder.In("keys.json");
        await using (var issuer = await StubIssuer.StartAsync())
        {
            await File.WriteAllTextAsync(keys, issuer.KeySet.ToJsonString());
        }

        var ended = await RunAsync(folder, "add", "own", "--provider", "generic", "--issuer", "https://ci.acme.example", "--names", "@acme/*", "@corp/*",
            "--claim", "project=ids/project", "--claim", """owner=["https://ci.acme.example/","owner"]""", "--require-claim", "project", "owner",
            "--audience", "assay", "--accept-shared-audience", "--learn-owner", "65", "66", "--jwks", keys, "--allow-address", "10.0.0.0/8", "192.168.0.0/16");

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        await using var app = await RegistryApp.StartAsync(dataDirectory: folder.Path);
        var row = await app.ReadAsync(db => db.IssuerBindings.SingleAsync());
        Assert.Equal("@acme/*\n@corp/*", row.Names);
        Assert.Equal("project=[\"ids\",\"project\"]\nowner=[\"https://ci.acme.example/\",\"owner\"]", row.Claims);
        Assert.Equal("project\nowner", row.RequiredClaims);
        Assert.Equal(("assay", true), (row.Audience, row.AcceptsSharedAudience));
        Assert.Equal("65\n66", row.LearnableOwners);
        Assert.Equal("10.0.0.0/8\n192.168.0.0/16", row.AllowedAddresses);
        Assert.NotNull(row.Jwks);
    }

    [Fact]
    public async Task The_verbs_work_beside_a_running_server_and_without_one()
    {
        using var folder = new TemporaryFolder();
        Ended disabled, shown;
        await using (await RegistryApp.StartAsync(dataDirectory: folder.Path))
        {
            await RunAsync(folder, "add", "github", "--provider", "github", "--names", "@acme/*", "--allow-address", "10.0.0.0/8", "--learn-owner", "65");
            disabled = await RunAsync(folder, "disable", "github");
        }
        var enabled = await RunAsync(folder, "enable", "github");
        var edited = await RunAsync(folder, "edit", "github", "--names", "@acme/ui-*", "--allow-address", "--learn-owner");
        shown = await RunAsync(folder, "show", "github");
        var listed = await RunAsync(folder, "list");
        var removed = await RunAsync(folder, "remove", "github");

        Assert.Contains("github is disabled", disabled.Output, StringComparison.Ordinal);
        Assert.Contains("github is enabled", enabled.Output, StringComparison.Ordinal);
        Assert.Contains("github is changed", edited.Output, StringComparison.Ordinal);
        Assert.Contains("may publish: @acme/ui-*", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("10.0.0.0/8", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("owners that", shown.Output, StringComparison.Ordinal);
        Assert.Contains("github  github  https://token.actions.githubusercontent.com  enabled", listed.Output, StringComparison.Ordinal);
        Assert.Contains("github is removed", removed.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--claim", "project")]
    [InlineData("--claim", "=project")]
    [InlineData("--claim", "project=[1,")]
    [InlineData("--claim", "project={}")]
    [InlineData("--const", "web")]
    [InlineData("--jwks", "/nowhere/keys.json")]
    public async Task An_option_that_cannot_be_read_is_told_in_one_line(string option, string value)
    {
        using var folder = new TemporaryFolder();

        var ended = await RunAsync(folder, "add", "own", "--provider", "generic", "--issuer", "https://ci.acme.example", option, value);

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith("assay: ", ended.Error, StringComparison.Ordinal);
        Assert.Single(ended.Error.TrimEnd('\n').Split('\n'));
    }

    // The one place where a certificate can be trusted for a moment is another process.
    [Fact]
    public async Task Keys_are_fetched_over_https_from_whom_the_system_vouches_for()
    {
        using var folder = new TemporaryFolder();
        using var certificate = TestCertificate.Create();
        await using var issuer = await StubIssuer.StartAsync(certificate);
        var url = $"https://localhost:{issuer.Url.Port}";
        issuer.Discovery = StubIssuer.Answering(new JsonObject { ["issuer"] = url, ["jwks_uri"] = url + "/keys" }.ToJsonString());
        await File.WriteAllTextAsync(folder.In("trusted.pem"), certificate.ExportCertificatePem());
        await RunAsync(folder, "add", "corp", "--provider", "github", "--issuer", url, "--allow-address", "127.0.0.0/8", "::1/128");

        var untrusted = await RunAsync(folder, "check", "corp");
        var requests = issuer.Requests.Count;
        var trusted = await ServerProgram.RunAsync(
            ["admin", "issuer", "check", "corp", "--data", folder.Path], environment: new Dictionary<string, string> { ["SSL_CERT_FILE"] = folder.In("trusted.pem") });

        Assert.Equal(1, untrusted.ExitCode);
        Assert.Contains("certificate", untrusted.Error, StringComparison.Ordinal);
        Assert.Equal(0, requests);
        Assert.Equal((0, ""), (trusted.ExitCode, trusted.Error));
        Assert.Contains($"{url}: 1 keys (stub-key RSA).", trusted.Output, StringComparison.Ordinal);
    }

    private static Task<Ended> RunAsync(TemporaryFolder folder, params string[] arguments) =>
        ServerProgram.RunAsync(["admin", "issuer", .. arguments, "--data", folder.Path]);
}
