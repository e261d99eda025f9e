using System.Text.Json.Nodes;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Transparency;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Import;

/// <summary>The other database.</summary>
public sealed class PostgresImportTests(PostgresCluster cluster)
{
    [Fact]
    public async Task An_import_and_its_repetition_do_there_what_they_do_in_a_file()
    {
        await using var app = await RegistryApp.StartAsync(
            ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await cluster.CreateMigratedAsync()}"]);
        await using var source = await SourceRegistry.StartAsync();
        var token = await app.SignedInAsync("casey");
        var document = source.Serve("@acme/x", new TestPackage("@acme/x", "1.0.0"), new TestPackage("@acme/x", "1.1.0"));
        document["versions"]!["1.0.0"]!["deprecated"] = "gone\0 – é";
        document["dist-tags"]!["next"] = "1.0.0";
        source.Serve("@acme/x", document);
        (await app.ImportAsync(source.Url, "@acme/x")).ShouldBeDone();
        await app.PublishedAsync(token, new TestPackage("@acme/x", "3.0.0"));
        document["dist-tags"] = new JsonObject { ["latest"] = "1.0.0", ["next"] = "1.1.0" };
        source.Serve("@acme/x", document);

        (await app.ImportAsync(source.Url, "@acme/x")).ShouldBeDone();

        var packument = await app.PackumentAsync(token, "@acme/x");
        Assert.Equal(["1.0.0", "1.1.0", "3.0.0"], packument.Versions());
        Assert.Equal("3.0.0", (string?)packument["dist-tags"]!["latest"]);
        Assert.Equal("1.1.0", (string?)packument["dist-tags"]!["next"]);
        Assert.Equal(0, await app.Services.GetRequiredService<Server.Attestations.LogOlderVersions>().RunAsync(CancellationToken.None));
        await app.Services.GetRequiredService<CheckLog>().RunAsync(CancellationToken.None);
    }
}
