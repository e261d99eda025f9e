using System.Text.Json.Nodes;
using Assay.Server.Import;
using Assay.Server.Tests.Fixtures;

namespace Assay.Server.Tests.Import;

public sealed class FolderImportTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private RegistryApp app = null!;
    private string token = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        token = await app.SignedInAsync("casey");
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Verdaccios_own_packages_come_and_those_that_it_cached_do_not()
    {
        Verdaccio("@acme/x", new TestPackage("@acme/x", "1.0.0"), new TestPackage("@acme/x", "1.1.0"));
        Verdaccio("plain", new TestPackage("plain", "1.0.0"));
        Verdaccio("cached", new TestPackage("cached", "1.0.0"));
        List("@acme/x", "plain");

        var line = (await app.ImportAsync(folder.Path)).ShouldBeDone();

        Assert.StartsWith($"Imported 3 versions of 2 packages from {folder.Path};", line, StringComparison.Ordinal);
        Assert.Equal("2020-02-02T10:20:30.456Z", (string?)(await app.PackumentAsync(token, "@acme/x"))["time"]!["1.1.0"]);
    }

    [Fact]
    public async Task A_list_with_what_is_no_name_is_read_for_the_rest()
    {
        Verdaccio("plain", new TestPackage("plain", "1.0.0"));
        File.WriteAllText(folder.In(".verdaccio-db.json"), """{"list":[null,"plain"]}""");

        (await app.ImportAsync(folder.Path)).ShouldBeDone();

        Assert.Equal(["1.0.0"], (await app.PackumentAsync(token, "plain")).Versions());
    }

    [Fact]
    public void Somebodys_own_file_beside_the_report_stays()
    {
        File.WriteAllText(folder.In("report.json.part"), "precious");

        ReportFile.Open(folder.In("report.json")).Dispose();

        Assert.Equal("precious", File.ReadAllText(Assert.Single(Directory.GetFiles(folder.Path))));
    }

    [Fact]
    public async Task Every_folder_of_a_verdaccio_comes_when_all_are_wanted()
    {
        Verdaccio("plain", new TestPackage("plain", "1.0.0"));
        Verdaccio("cached", new TestPackage("cached", "1.0.0"));
        List("plain");
        var asked = ImportingExtensions.Asking(folder.Path);
        asked["all"] = true;

        (await app.ImportAsync(asked)).ShouldBeDone();

        Assert.Equal(2, (await app.FactsAsync()).Packages);
    }

    [Fact]
    public async Task A_tarball_that_is_missing_is_reported()
    {
        Verdaccio("x", new TestPackage("x", "1.0.0"), new TestPackage("x", "1.1.0"));
        File.Delete(folder.In("x/x-1.0.0.tgz"));

        (await app.ImportAsync(folder.Path, "x")).ShouldRefuse("not-found");

        Assert.Equal(["1.1.0"], (await app.PackumentAsync(token, "x")).Versions());
    }

    [Theory]
    [InlineData("http://localhost/x/-/..%2f..%2fsecret.tgz")]
    [InlineData("http://localhost/x/-/..")]
    [InlineData("http://localhost/x/-/a%5cb.tgz")]
    [InlineData("http://localhost/x/-/")]
    public async Task A_document_does_not_lead_out_of_the_folder(string address)
    {
        Verdaccio("x", new TestPackage("x", "1.0.0"));
        var document = JsonNode.Parse(await File.ReadAllTextAsync(folder.In("x/package.json")))!;
        document["versions"]!["1.0.0"]!["dist"]!["tarball"] = address;
        await File.WriteAllTextAsync(folder.In("x/package.json"), document.ToJsonString());

        (await app.ImportAsync(folder.Path, "x")).ShouldRefuse("path-escapes");
    }

    [Fact]
    public async Task Links_are_not_followed_whatever_they_are()
    {
        using var outside = new TemporaryFolder();
        Verdaccio("real", new TestPackage("real", "1.0.0"));
        Verdaccio("tarball", new TestPackage("tarball", "1.0.0"));
        Verdaccio("document", new TestPackage("document", "1.0.0"));
        File.Move(folder.In("tarball/tarball-1.0.0.tgz"), outside.In("t.tgz"));
        File.CreateSymbolicLink(folder.In("tarball/tarball-1.0.0.tgz"), outside.In("t.tgz"));
        File.Move(folder.In("document/package.json"), outside.In("package.json"));
        File.CreateSymbolicLink(folder.In("document/package.json"), outside.In("package.json"));
        Directory.Move(folder.In("real"), outside.In("real"));
        Directory.CreateSymbolicLink(folder.In("real"), outside.In("real"));
        List("real", "tarball", "document");

        var text = (await app.ImportAsync(folder.Path)).ShouldRefuse("link");

        Assert.Contains("refused, link: 3", text, StringComparison.Ordinal);
        Assert.Equal(0, (await app.FactsAsync()).Packages);
    }

    [Fact]
    public async Task A_folder_of_tarballs_is_read_at_any_depth_and_its_versions_ordered()
    {
        Tarball("a/b/c/one.tgz", new TestPackage("x", "1.10.0"));
        Tarball("two.tgz", new TestPackage("x", "1.9.0"));
        Tarball("three.tgz", new TestPackage("x", "2.0.0-rc.1"));
        Tarball("a/scoped.tgz", new TestPackage("@acme/y", "1.0.0"));

        var line = (await app.ImportAsync(folder.Path)).ShouldBeDone();

        Assert.StartsWith("Imported 4 versions of 2 packages", line, StringComparison.Ordinal);
        var packument = await app.PackumentAsync(token, "x");
        Assert.Equal(["1.9.0", "1.10.0", "2.0.0-rc.1"], packument.Versions());
        Assert.Equal("1.10.0", (string?)packument["dist-tags"]!["latest"]);
        Assert.Null(packument["versions"]!["1.9.0"]!["_npmUser"]);
    }

    [Fact]
    public async Task What_is_no_package_is_reported_and_a_link_is_not_followed()
    {
        using var outside = new TemporaryFolder();
        Tarball("good.tgz", new TestPackage("x", "1.0.0"));
        await File.WriteAllTextAsync(folder.In("bad.tgz"), "no tarball");
        await File.WriteAllBytesAsync(folder.In("empty.tgz"), []);
        await File.WriteAllBytesAsync(outside.In("out.tgz"), new TestPackage("out", "1.0.0").Tarball());
        File.CreateSymbolicLink(folder.In("link.tgz"), outside.In("out.tgz"));
        Directory.CreateSymbolicLink(folder.In("loop"), folder.Path);
        Directory.CreateSymbolicLink(folder.In("away"), outside.Path);

        var outcome = await app.ImportAsync(folder.Path);

        Assert.Contains("refused, link: 1", outcome.ShouldRefuse("empty-file"), StringComparison.Ordinal);
        Assert.Contains(outcome.Lines, line => line.Contains("bad.tgz: ", StringComparison.Ordinal));
        Assert.Equal(1, (await app.FactsAsync()).Packages);
    }

    [Fact]
    public async Task The_same_version_twice_counts_once_and_with_other_bytes_is_a_conflict()
    {
        Tarball("a.tgz", new TestPackage("x", "1.0.0"));
        Tarball("b.tgz", new TestPackage("x", "1.0.0"));
        Tarball("c.tgz", new TestPackage("x", "1.0.0") with { Files = [] });

        var outcome = await app.ImportAsync(folder.Path);

        outcome.ShouldRefuse("version-exists");
        Assert.StartsWith("Imported 1 version of 1 package", outcome.Lines[0], StringComparison.Ordinal);
        Assert.Contains("1 were here already, 1 refused", outcome.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_is_not_there_is_named()
    {
        var outcome = await app.ImportAsync(folder.In("missing"));

        Assert.Contains($"'{folder.In("missing")}' is neither a URL", outcome.Error, StringComparison.Ordinal);
    }

    private void Verdaccio(string name, params TestPackage[] versions)
    {
        var place = Directory.CreateDirectory(folder.In(name)).FullName;
        File.WriteAllText(Path.Combine(place, "package.json"), SourceRegistry.DocumentOf(name, new Uri("http://localhost:4873/"), versions).ToJsonString());
        foreach (var version in versions)
        {
            File.WriteAllBytes(Path.Combine(place, $"{name.Split('/')[^1]}-{version.Version}.tgz"), version.Tarball());
        }
    }

    private void List(params string[] names) => File.WriteAllText(
        folder.In(".verdaccio-db.json"), new JsonObject { ["list"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]), ["secret"] = "s" }.ToJsonString());

    private void Tarball(string path, TestPackage package)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.In(path))!);
        File.WriteAllBytes(folder.In(path), package.Tarball());
    }
}
