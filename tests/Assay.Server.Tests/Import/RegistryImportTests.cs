using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Import;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Transparency;
using Assay.Server.TrustedPublishing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Import;

public sealed class RegistryImportTests : IAsyncLifetime
{
    private RegistryApp app = null!;
    private SourceRegistry source = null!;
    private string token = null!;

    public async ValueTask InitializeAsync()
    {
        app = await RegistryApp.StartAsync();
        source = await SourceRegistry.StartAsync();
        token = await app.SignedInAsync("casey");
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await source.DisposeAsync();
    }

    [Fact]
    public async Task A_package_comes_with_its_versions_times_tags_and_deprecations()
    {
        var document = source.Serve("@acme/x", new TestPackage("@acme/x", "1.0.0"), new TestPackage("@acme/x", "2.0.0-rc.1"), new TestPackage("@acme/x", "1.1.0"));
        document["dist-tags"]!["next"] = "2.0.0-rc.1";
        document["versions"]!["1.0.0"]!["deprecated"] = "use 1.1.0 – é";
        source.Serve("@acme/x", document);

        var line = (await app.ImportAsync(source.Url, "@acme/x")).ShouldBeDone();

        Assert.StartsWith($"Imported 3 versions of 1 package from {source.Url}; 0 were here already, 0 refused", line, StringComparison.Ordinal);
        var packument = await app.PackumentAsync(token, "@acme/x");
        Assert.Equal(["1.0.0", "2.0.0-rc.1", "1.1.0"], packument.Versions());
        Assert.Equal("""{"latest":"1.1.0","next":"2.0.0-rc.1"}""", Sorted(packument["dist-tags"]!));
        Assert.Equal("2020-01-01T00:00:00.000Z", (string?)packument["time"]!["created"]);
        Assert.Equal("2020-02-02T10:20:30.456Z", (string?)packument["time"]!["2.0.0-rc.1"]);
        Assert.Equal("use 1.1.0 – é", (string?)packument["versions"]!["1.0.0"]!["deprecated"]);
        Assert.Null(packument["versions"]!["1.1.0"]!["deprecated"]);
    }

    [Fact]
    public async Task The_publisher_is_the_sources_and_nothing_that_would_have_to_be_proved()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"));

        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();

        var version = (await app.PackumentAsync(token, "x"))["versions"]!["1.0.0"]!;
        Assert.Equal("""{"name":"alice-there","email":"alice@there.test"}""", version["_npmUser"]!.ToJsonString());
        Assert.Single(version["dist"]!["signatures"]!.AsArray());
        Assert.Null(version["dist"]!["attestations"]);
    }

    [Fact]
    public async Task A_tarball_comes_byte_by_byte()
    {
        var package = new TestPackage("x", "1.0.0");
        source.Serve("x", package);

        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();

        var tarball = await app.GetAsync("/x/-/x-1.0.0.tgz", token);
        Assert.Equal(package.Tarball(), await tarball.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Maintainers_who_are_people_here_become_owners_and_the_others_are_told()
    {
        await app.SignedInAsync("robin");
        var document = source.Serve("x", new TestPackage("x", "1.0.0"));
        document["maintainers"] = new JsonArray("robin <robin@there.test>", new JsonObject { ["name"] = "stranger" });
        source.Serve("x", document);

        var outcome = await app.ImportAsync(source.Url, "x");

        outcome.ShouldBeDone();
        Assert.Contains(outcome.Lines, line => line.Contains("no people here: stranger (1)", StringComparison.Ordinal));
        Assert.Equal(["robin"], await OwnersAsync("x"));
    }

    [Fact]
    public async Task Without_any_the_person_named_owns_it()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"));

        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();

        Assert.Equal(["casey"], await OwnersAsync("x"));
    }

    [Fact]
    public async Task The_scope_is_owned_from_then_on()
    {
        source.Serve("@acme/x", new TestPackage("@acme/x", "1.0.0"));

        (await app.ImportAsync(source.Url, "@acme/x")).ShouldBeDone();

        Assert.Equal(["@acme by operator (import)"], await app.ReadAsync(db => db.OwnedNames.Select(row => row.Name + " by " + row.By).ToListAsync()));
    }

    [Fact]
    public async Task Each_version_has_one_leaf_however_old_it_is_and_the_log_agrees()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"), new TestPackage("x", "1.1.0"));
        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();

        var logged = await app.Services.GetRequiredService<Server.Attestations.LogOlderVersions>().RunAsync(CancellationToken.None);
        await app.Services.GetRequiredService<CheckLog>().RunAsync(CancellationToken.None);

        Assert.Equal(0, logged);
        var leaves = await app.ReadAsync(db => db.LogLeaves.Where(row => row.Kind == LogKind.Publish).Select(row => row.Event).ToListAsync());
        Assert.Equal(2, leaves.Count);
        Assert.All(leaves, leaf => Assert.Equal(source.Url.AbsoluteUri, (string?)JsonNode.Parse(leaf!)!["importedFrom"]));
    }

    [Fact]
    public async Task A_leaf_that_is_missing_is_noticed_although_the_version_is_older_than_the_log()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"));
        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();

        await app.ReadAsync(db => db.LogLeaves.Where(row => row.Kind == LogKind.Publish).ExecuteUpdateAsync(row => row.SetProperty(leaf => leaf.Version, "9.9.9")));

        Assert.Equal(0, await app.Services.GetRequiredService<Server.Attestations.LogOlderVersions>().RunAsync(CancellationToken.None));
        await Assert.ThrowsAsync<Server.Data.StartRefused>(() => app.Services.GetRequiredService<CheckLog>().RunAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_signature_that_is_missing_is_not_made_anew_although_the_version_is_older_than_the_keys()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"));
        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();
        await app.ReadAsync(db => db.Versions.ExecuteUpdateAsync(row => row.SetProperty(version => version.Signature, (byte[]?)null)));

        Assert.Equal(0, await app.Services.GetRequiredService<Server.Attestations.SignVersions>().SignOlderAsync(CancellationToken.None));
    }

    [Fact]
    public async Task An_incident_of_a_time_has_what_was_imported_then()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"));
        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();
        var now = app.Clock.GetUtcNow();

        Assert.Equal(1, await WindowAsync(now.AddHours(-1), now.AddHours(1)));
        Assert.Equal(0, await WindowAsync(now.AddYears(-20), now.AddHours(-1)));
    }

    [Fact]
    public async Task It_is_in_the_audit_log_version_by_version()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"));

        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();

        var acts = await app.ReadAsync(db => db.AuditEvents.Where(row => row.Actor == ImportJob.Actor.Name).Select(row => row.Action + " " + row.Subject).ToListAsync());
        Assert.Equal(["owner.added x", "version.imported x@1.0.0", "tag.set x@1.0.0", "package.imported x"], acts);
    }

    [Theory]
    [InlineData("Uppercase")]
    [InlineData("http")]
    [InlineData("has~tilde")]
    public async Task A_name_that_no_new_package_may_take_is_still_imported(string name)
    {
        source.Serve(name, new TestPackage(name, "1.0.0"));

        (await app.ImportAsync(source.Url, name)).ShouldBeDone();

        await (await app.GetAsync($"/{name}", token)).ShouldBeReadAsync();
        await (await app.GetAsync($"/{name}/-/{name}-1.0.0.tgz", token)).ShouldBeReadAsync();
    }

    [Fact]
    public async Task Build_metadata_is_no_part_of_a_version()
    {
        var document = source.Serve("x", new TestPackage("x", "1.0.0+build.5"));
        document["dist-tags"] = new JsonObject { ["latest"] = "1.0.0+build.5", ["old"] = "1.0.0" };
        source.Serve("x", document);

        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();

        var packument = await app.PackumentAsync(token, "x");
        Assert.Equal(["1.0.0"], packument.Versions());
        Assert.Equal("2020-02-01T10:20:30.456Z", (string?)packument["time"]!["1.0.0"]);
        Assert.Equal("""{"latest":"1.0.0","old":"1.0.0"}""", Sorted(packument["dist-tags"]!));
    }

    [Fact]
    public async Task Without_times_and_tags_the_time_is_now_and_latest_the_newest_release()
    {
        var document = source.Serve("x", new TestPackage("x", "1.10.0"), new TestPackage("x", "1.9.0"), new TestPackage("x", "2.0.0-rc.1"));
        document.Remove("time");
        document.Remove("dist-tags");
        document.Remove("maintainers");
        source.Serve("x", document);

        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();

        var packument = await app.PackumentAsync(token, "x");
        Assert.Equal(["1.9.0", "1.10.0", "2.0.0-rc.1"], packument.Versions());
        Assert.Equal("1.10.0", (string?)packument["dist-tags"]!["latest"]);
        Assert.Equal(app.Clock.GetUtcNow(), DateTimeOffset.Parse((string)packument["time"]!["1.9.0"]!), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_time_that_is_yet_to_come_counts_as_now()
    {
        var document = source.Serve("x", new TestPackage("x", "1.0.0"));
        document["time"]!["1.0.0"] = "2999-01-01T00:00:00.000Z";
        source.Serve("x", document);

        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();

        Assert.Equal(app.Clock.GetUtcNow(), DateTimeOffset.Parse((string)(await app.PackumentAsync(token, "x"))["time"]!["1.0.0"]!), TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("-/verdaccio/data/packages", """[{"name":"@acme/x"},{"name":"@other/y"}]""")]
    [InlineData("-/all", """{"_updated":5,"@acme/x":{"name":"@acme/x"},"@other/y":{"name":"@other/y"}}""")]
    [InlineData("-/v1/search", """{"objects":[{"package":{"name":"@acme/x"}},{"package":{"name":"@other/y"}}],"total":2}""")]
    public async Task A_pattern_takes_what_the_source_lists(string path, string listing)
    {
        source.Serve("@acme/x", new TestPackage("@acme/x", "1.0.0"));
        source.Serve(path, JsonNode.Parse(listing)!);

        var line = (await app.ImportAsync(source.Url, "@acme/*")).ShouldBeDone();

        Assert.Contains($"(names from {path})", line, StringComparison.Ordinal);
        Assert.Equal(1, (await app.FactsAsync()).Packages);
    }

    [Fact]
    public async Task A_source_without_a_list_says_so()
    {
        var outcome = await app.ImportAsync(source.Url, "@acme/*");

        Assert.Contains("does not list its packages", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("--list", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("The last reason: The source has nothing at ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_leads_elsewhere_is_left_for_the_next_one()
    {
        source.Serve("@acme/x", new TestPackage("@acme/x", "1.0.0"));
        source.Answer("-/verdaccio/data/packages", context =>
        {
            context.Response.Redirect("https://elsewhere.example/login");
            return Task.CompletedTask;
        });
        source.Serve("-/all", JsonNode.Parse("""{"@acme/x":{"name":"@acme/x"}}""")!);

        Assert.Contains("(names from -/all)", (await app.ImportAsync(source.Url, "@acme/*")).ShouldBeDone(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_goes_to_the_source_and_a_registry_that_wants_one_says_so()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"));
        source.Answer("y", context => Task.FromResult(context.Response.StatusCode = 401));
        var asked = ImportingExtensions.Asking(source.Url.AbsoluteUri, "x", "y");
        asked["token"] = "a-secret-token";

        var text = (await app.ImportAsync(asked)).ShouldRefuse("source-denied");

        Assert.All(source.Asked, each => Assert.Equal("Bearer a-secret-token", each.Authorization));
        Assert.Contains("--token-file", text, StringComparison.Ordinal);
        Assert.DoesNotContain("a-secret-token", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_come_and_leaves_everything_as_it_is()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"), new TestPackage("x", "1.1.0"));
        var asked = ImportingExtensions.Asking(source.Url.AbsoluteUri, "x");
        asked["dryRun"] = true;

        var line = (await app.ImportAsync(asked)).ShouldBeDone();

        Assert.StartsWith("Would import 2 versions of 1 package", line, StringComparison.Ordinal);
        Assert.Equal(new StoredFacts(0, 0, 0, 0), await app.FactsAsync());
        Assert.DoesNotContain(source.Asked, each => each.Path.EndsWith(".tgz", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("public", HttpStatusCode.OK)]
    [InlineData("members", HttpStatusCode.Unauthorized)]
    public async Task New_packages_have_the_access_that_was_asked_for(string access, HttpStatusCode forStrangers)
    {
        await using var open = await RegistryApp.StartAsync(["--Assay:Access:Ceiling=Public"]);
        await open.SignedInAsync("casey");
        source.Serve("x", new TestPackage("x", "1.0.0"));
        var asked = ImportingExtensions.Asking(source.Url.AbsoluteUri, "x");
        asked["access"] = access;

        (await open.ImportAsync(asked)).ShouldBeDone();

        Assert.Equal(forStrangers, (await open.GetAsync("/x")).StatusCode);
    }

    [Fact]
    public async Task Nothing_becomes_public_in_a_registry_for_its_members()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"));
        var asked = ImportingExtensions.Asking(source.Url.AbsoluteUri, "x");
        asked["access"] = "public";

        var outcome = await app.ImportAsync(asked);

        Assert.Contains("Assay:Access:Ceiling", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_owner_has_to_be_a_person_here()
    {
        var asked = ImportingExtensions.Asking(source.Url.AbsoluteUri, "x");
        asked["owner"] = "nobody";

        var outcome = await app.ImportAsync(asked);

        Assert.Contains("There is no person named nobody.", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_report_has_everything_and_only_its_owner_reads_it()
    {
        using var folder = new TemporaryFolder();
        source.Serve("x", new TestPackage("x", "1.0.0"));
        var asked = ImportingExtensions.Asking(source.Url.AbsoluteUri, "x", "missing");
        asked["report"] = folder.In("report.json");

        (await app.ImportAsync(asked)).ShouldRefuse("not-found");

        var report = JsonNode.Parse(await File.ReadAllTextAsync(folder.In("report.json")))!;
        Assert.Equal(1, (int)report["totals"]!["versionsImported"]!);
        Assert.Equal("not-found", (string?)report["packages"]![0]!["refused"]![0]!["code"]);
        Assert.Equal("1.0.0", (string?)report["packages"]![1]!["imported"]![0]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.In("report.json")));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    private Task<int> WindowAsync(DateTimeOffset from, DateTimeOffset to) => app.ReadAsync(async db =>
    {
        var window = new JsonObject { ["window"] = new JsonObject { ["from"] = JsonTime.Of(from), ["to"] = JsonTime.Of(to) } };
        var (selection, problem) = await IncidentSelection.ReadAsync(db, window, CancellationToken.None);
        Assert.True(selection is not null, problem);
        return await selection.Versions(db).CountAsync();
    });

    private Task<List<string>> OwnersAsync(string package) => app.ReadAsync(db => db.PackageOwners
        .Where(owner => db.Packages.Any(row => row.Id == owner.PackageId && row.Name == package))
        .Join(db.People, owner => owner.PersonId, person => person.Id, (_, person) => person.Name).ToListAsync());

    private static string Sorted(JsonNode json) =>
        new JsonObject(json.AsObject().OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))).ToJsonString();
}
