using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Data.Rows;
using Assay.Server.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Import;

/// <summary>An import can be run again, to go on or to catch up, and takes nothing away from what happened here since.</summary>
public sealed class RepeatedImportTests : IAsyncLifetime
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
    public async Task A_second_run_changes_nothing_and_fetches_no_tarball()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"), new TestPackage("x", "1.1.0"));
        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();
        var (before, asked) = (await app.PackumentAsync(token, "x"), source.Asked.Count);

        var line = (await app.ImportAsync(source.Url, "x")).ShouldBeDone();

        Assert.StartsWith("Imported 0 versions of 0 packages", line, StringComparison.Ordinal);
        Assert.Contains("2 were here already", line, StringComparison.Ordinal);
        Assert.Equal(before.ToJsonString(), (await app.PackumentAsync(token, "x")).ToJsonString());
        Assert.Equal(1, source.Asked.Count - asked);
    }

    [Fact]
    public async Task Without_a_checksum_the_bytes_themselves_are_compared()
    {
        var document = source.Serve("x", new TestPackage("x", "1.0.0"));
        document["versions"]!["1.0.0"]!["dist"]!.AsObject().Remove("integrity");
        document["versions"]!["1.0.0"]!["dist"]!.AsObject().Remove("shasum");
        source.Serve("x", document);
        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();
        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();

        source.Serve(SourceRegistry.TarballPath("x", "1.0.0"), (new TestPackage("x", "1.0.0") with { Files = [] }).Tarball());

        (await app.ImportAsync(source.Url, "x")).ShouldRefuse("version-exists");
    }

    [Fact]
    public async Task New_versions_tags_and_deprecations_are_caught_up_with()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"));
        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();
        var document = source.Serve("x", new TestPackage("x", "1.0.0"), new TestPackage("x", "1.1.0"));
        document["versions"]!["1.0.0"]!["deprecated"] = "old";
        source.Serve("x", document);

        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();

        var packument = await app.PackumentAsync(token, "x");
        Assert.Equal(["1.0.0", "1.1.0"], packument.Versions());
        Assert.Equal("1.1.0", (string?)packument["dist-tags"]!["latest"]);
        Assert.Equal("old", (string?)packument["versions"]!["1.0.0"]!["deprecated"]);
    }

    [Fact]
    public async Task A_version_that_failed_at_first_takes_its_place_in_time()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"), new TestPackage("x", "1.1.0"));
        source.Answer(SourceRegistry.TarballPath("x", "1.0.0"), context => Task.FromResult(context.Response.StatusCode = 503));
        (await app.ImportAsync(source.Url, "x")).ShouldRefuse("source-unreachable");
        source.Serve(SourceRegistry.TarballPath("x", "1.0.0"), new TestPackage("x", "1.0.0").Tarball());

        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();

        Assert.Equal(["1.0.0", "1.1.0"], (await app.PackumentAsync(token, "x")).Versions());
    }

    [Fact]
    public async Task Other_bytes_of_a_version_are_a_conflict_and_the_rest_goes_on()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"));
        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();
        source.Serve("x", new TestPackage("x", "1.0.0") with { Files = [] }, new TestPackage("x", "1.1.0"));

        (await app.ImportAsync(source.Url, "x")).ShouldRefuse("version-exists");

        var packument = await app.PackumentAsync(token, "x");
        Assert.Equal(["1.0.0", "1.1.0"], packument.Versions());
        Assert.Equal(2, (int)packument["versions"]!["1.0.0"]!["dist"]!["fileCount"]! - 1);
    }

    [Fact]
    public async Task A_tag_that_a_publish_here_moved_is_not_moved_back()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"));
        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();
        await app.PublishedAsync(token, new TestPackage("x", "3.0.0"));
        source.Serve("x", new TestPackage("x", "1.0.0"), new TestPackage("x", "2.0.0"));

        var outcome = await app.ImportAsync(source.Url, "x");

        outcome.ShouldBeDone();
        Assert.Contains(outcome.Lines, line => line.Contains("1 tag stayed", StringComparison.Ordinal));
        var packument = await app.PackumentAsync(token, "x");
        Assert.Equal("3.0.0", (string?)packument["dist-tags"]!["latest"]);
        Assert.Equal(["1.0.0", "2.0.0", "3.0.0"], packument.Versions());
    }

    [Fact]
    public async Task A_tag_that_a_person_set_or_removed_stays_so()
    {
        var document = source.Serve("x", new TestPackage("x", "1.0.0"), new TestPackage("x", "1.1.0"));
        document["dist-tags"] = new JsonObject { ["latest"] = "1.1.0", ["beta"] = "1.1.0", ["gone"] = "1.0.0" };
        source.Serve("x", document);
        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();
        await (await app.PutAsync("/-/package/x/dist-tags/beta", token, JsonValue.Create("1.0.0"))).ShouldBeAsync(HttpStatusCode.OK);
        await (await app.DeleteAsync("/-/package/x/dist-tags/gone", token)).ShouldBeAsync(HttpStatusCode.OK);

        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();

        Assert.Equal("1.0.0", (string?)(await app.PackumentAsync(token, "x"))["dist-tags"]!["beta"]);
        Assert.Equal(["beta", "latest"], (await app.PackumentAsync(token, "x"))["dist-tags"].Keys().Order());
    }

    [Fact]
    public async Task A_deprecation_that_a_person_took_back_stays_so()
    {
        var document = source.Serve("x", new TestPackage("x", "1.0.0"));
        document["versions"]!["1.0.0"]!["deprecated"] = "old";
        source.Serve("x", document);
        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();
        var packument = await app.PackumentAsync(token, "x");
        packument["versions"]!["1.0.0"]!["deprecated"] = "";
        await (await app.PutAsync("/x", token, packument)).ShouldBeAsync(HttpStatusCode.OK);

        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();

        Assert.Null((await app.PackumentAsync(token, "x"))["versions"]!["1.0.0"]!["deprecated"]);
    }

    [Fact]
    public async Task A_name_of_somebody_else_is_left_to_them()
    {
        var robin = await app.SignedInAsync("robin");
        await app.PublishedAsync(robin, new TestPackage("x", "1.0.0"));
        source.Serve("x", new TestPackage("x", "0.9.0"));

        var text = (await app.ImportAsync(source.Url, "x")).ShouldRefuse("owned-by-others");

        Assert.Contains("--owner robin", text, StringComparison.Ordinal);
        Assert.Equal(["1.0.0"], (await app.PackumentAsync(robin, "x")).Versions());
    }

    [Fact]
    public async Task Older_versions_join_a_package_of_the_person_named()
    {
        await app.PublishedAsync(token, new TestPackage("x", "1.0.0"));
        source.Serve("x", new TestPackage("x", "0.9.0"));

        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();

        var packument = await app.PackumentAsync(token, "x");
        Assert.Equal(["0.9.0", "1.0.0"], packument.Versions());
        Assert.Equal("1.0.0", (string?)packument["dist-tags"]!["latest"]);
        Assert.Equal("2020-01-01T00:00:00.000Z", (string?)packument["time"]!["created"]);
    }

    [Fact]
    public async Task What_was_unpublished_here_is_not_brought_back()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"), new TestPackage("x", "1.1.0"));
        source.Serve("y", new TestPackage("y", "1.0.0"));
        (await app.ImportAsync(source.Url, "x", "y")).ShouldBeDone();
        var packument = await app.PackumentAsync(token, "x");
        packument["versions"]!.AsObject().Remove("1.0.0");
        await (await app.PutAsync($"/x/-rev/{packument["_rev"]}", token, packument)).ShouldBeAsync(HttpStatusCode.OK);
        await (await app.DeleteAsync($"/y/-rev/{(await app.PackumentAsync(token, "y"))["_rev"]}", token)).ShouldBeAsync(HttpStatusCode.OK);
        source.Serve("y", new TestPackage("y", "1.0.0"), new TestPackage("y", "2.0.0"));

        var text = (await app.ImportAsync(source.Url, "x", "y")).ShouldRefuse("unpublished-here");

        Assert.Contains("x@1.0.0: ", text, StringComparison.Ordinal);
        Assert.Contains("y@2.0.0: ", text, StringComparison.Ordinal);
        Assert.Equal(["1.1.0"], (await app.PackumentAsync(token, "x")).Versions());
        Assert.Equal(0, await app.ReadAsync(db => db.Versions.CountAsync(row => row.Version == "2.0.0")));
    }

    [Fact]
    public async Task A_quarantined_version_stays_quarantined()
    {
        source.Serve("x", new TestPackage("x", "1.0.0"), new TestPackage("x", "1.1.0"));
        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();
        await app.ReadAsync(db => db.Versions.Where(row => row.Version == "1.0.0").ExecuteUpdateAsync(row => row.SetProperty(version => version.QuarantinedBy, "inc_1")));

        (await app.ImportAsync(source.Url, "x")).ShouldRefuse("quarantined");
    }

    [Fact]
    public async Task A_freeze_holds_against_imports_too()
    {
        source.Serve("@acme/x", new TestPackage("@acme/x", "1.0.0"));
        (await app.ImportAsync(source.Url, "@acme/x")).ShouldBeDone();
        await FreezeAsync("@acme");
        source.Serve("@acme/x", new TestPackage("@acme/x", "1.0.0"), new TestPackage("@acme/x", "1.1.0"));
        source.Serve("@acme/y", new TestPackage("@acme/y", "1.0.0"));

        var text = (await app.ImportAsync(source.Url, "@acme/x", "@acme/y")).ShouldRefuse("publishing-frozen");

        Assert.Contains("@acme/x@1.1.0: ", text, StringComparison.Ordinal);
        Assert.Contains("@acme/y@1.0.0: ", text, StringComparison.Ordinal);
        Assert.Equal(1, (await app.FactsAsync()).Versions);
    }

    [Theory]
    [InlineData("2020-01-15T00:00:00.000Z", false)]
    [InlineData("2020-03-15T00:00:00.000Z", true)]
    public async Task Nothing_without_provenance_follows_on_a_version_that_has_it(string later, bool isRefused)
    {
        source.Serve("x", new TestPackage("x", "1.0.0"));
        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();
        await AttestAsync();
        var document = source.Serve("x", new TestPackage("x", "1.0.0"), new TestPackage("x", "1.1.0"));
        document["time"]!["1.1.0"] = later;
        source.Serve("x", document);

        var outcome = await app.ImportAsync(source.Url, "x");

        Assert.Equal(isRefused, outcome.Fails);
        Assert.Equal(isRefused, string.Join('\n', outcome.Lines).Contains("refused, provenance-downgrade: 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_log_was_erased_nothing_is_taken_for_the_imports_own()
    {
        var document = source.Serve("x", new TestPackage("x", "1.0.0"), new TestPackage("x", "1.1.0"));
        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();
        await app.ReadAsync(db => db.LogLeaves.ExecuteUpdateAsync(row => row.SetProperty(leaf => leaf.Event, (string?)null)));
        document["dist-tags"]!["latest"] = "1.0.0";
        source.Serve("x", document);

        (await app.ImportAsync(source.Url, "x")).ShouldBeDone();

        Assert.Equal("1.1.0", (string?)(await app.PackumentAsync(token, "x"))["dist-tags"]!["latest"]);
    }

    [Fact]
    public async Task Two_runs_at_once_end_as_one_does()
    {
        var versions = Enumerable.Range(0, 20).Select(number => new TestPackage("x", $"1.{number}.0")).ToArray();
        source.Serve("x", versions);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.ImportAsync(source.Url, "x")));

        Assert.All(outcomes, outcome => outcome.ShouldBeDone());
        Assert.Equal(versions.Select(version => version.Version), (await app.PackumentAsync(token, "x")).Versions());
        await app.Services.GetRequiredService<Server.Transparency.CheckLog>().RunAsync(CancellationToken.None);
    }

    // As if a client had brought it.
    private Task<bool> AttestAsync() => app.Services.GetRequiredService<Server.Data.CommitQueue>().RunAsync(async (commit, stop) =>
    {
        var version = await commit.Db.Versions.SingleAsync(stop);
        commit.Db.Attestations.Add(new AttestationRow { VersionId = version.Id, PredicateType = "https://slsa.dev/provenance/v1", Bundle = [1] });
        return true;
    }, CancellationToken.None);

    private Task<bool> FreezeAsync(string scope) => app.Services.GetRequiredService<Server.Data.CommitQueue>().RunAsync((commit, _) =>
    {
        commit.Db.Freezes.Add(new FreezeRow { Kind = FreezeRow.OfScope, Subject = scope, Reason = "incident", CreatedAt = commit.Now });
        return Task.FromResult(true);
    }, CancellationToken.None);
}
