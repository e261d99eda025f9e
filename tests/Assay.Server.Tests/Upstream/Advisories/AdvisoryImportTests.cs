using System.Net;
using System.Text.Json.Nodes;
using Assay.Server.Answers;
using Assay.Server.Data;
using Assay.Server.Data.Rows;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Upstream.Advisories;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Upstream.Advisories;

/// <summary><c>admin advisories …</c>: what is taken over, what is left out, and what readers see meanwhile.</summary>
public abstract class AdvisoryImport : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private protected abstract Task<string[]> DatabaseAsync();

    [Theory]
    [InlineData("zip")]
    [InlineData("folder")]
    [InlineData("lines")]
    [InlineData("one")]
    public async Task Every_form_of_a_dump_is_read(string form)
    {
        await using var app = await StartAsync();
        OsvDocument[] documents = form == "one" ? [Fresh(app, "GHSA-1", "a")] : [Fresh(app, "GHSA-1", "a"), Fresh(app, "GHSA-2", "b")];
        var path = form switch
        {
            "zip" => folder.Zip(documents),
            "folder" => folder.Folder(documents),
            "lines" => folder.Lines(documents.Select(document => document.ToText())),
            _ => Path.Combine(folder.Folder(documents), "GHSA-1.json"),
        };

        var lines = await app.ImportedAsync(path);

        Assert.StartsWith($"{documents.Length} advisories about {documents.Length} packages, known until ", lines[0], StringComparison.Ordinal);
        Assert.Equal(documents.Length, await app.ReadAsync(db => db.Advisories.CountAsync()));
    }

    [Fact]
    public async Task What_cannot_be_read_is_counted_and_named_and_the_rest_is_taken()
    {
        await using var app = await StartAsync();
        var good = Fresh(app, "GHSA-1", "a").ToText();
        var path = folder.Lines(
            good, "nonsense", "", (Fresh(app, "GHSA-2", "b") with { Withdrawn = "2026-01-01T00:00:00Z" }).ToText(),
            (Fresh(app, "GHSA-3", "c") with { Ecosystem = "PyPI" }).ToText(), (Fresh(app, "GHSA-4", "d") with { Events = ["introduced x"] }).ToText(), good,
            new string('x', 5 * 1024 * 1024), Fresh(app, "GHSA-5", "e").ToText());

        var lines = await app.ImportedAsync(path);

        Assert.Equal(
            [
                "1 were withdrawn and are left out.", "1 are not about npm packages.", "Of 5 something could not be read:", "  line 2: is not JSON",
                "  line 6: GHSA-4 has a range that cannot be read of d", "  line 6: GHSA-4 does not say which versions of d",
                "  line 7: GHSA-1 is there twice; the first one counts", "  line 8: is larger than 4194304 bytes",
            ],
            lines.Skip(1));
        Assert.Equal(["a", "e"], await PackagesAsync(app));
    }

    [Fact]
    public async Task A_new_import_takes_the_place_of_the_one_before()
    {
        await using var app = await StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.ImportedAsync(folder.Zip(Fresh(app, "GHSA-1", "a"), Fresh(app, "GHSA-2", "b")));

        await app.ImportedAsync(folder.Zip(Fresh(app, "GHSA-2", "b") with { Events = ["introduced 0", "fixed 9.0.0"] }, Fresh(app, "GHSA-3", "c")));

        using var answer = await app.AuditAsync(alice, "a@1.0.0", "b@8.0.0", "c@1.0.0");
        Assert.Equal(["b", "c"], (await answer.ShouldBeAsync(HttpStatusCode.OK)).Keys().Order());
        Assert.Equal(2, await app.ReadAsync(db => db.Advisories.CountAsync()));
        Assert.Equal(2, await app.ReadAsync(db => db.AuditEvents.CountAsync(row => row.Action == "advisories.imported" && row.Actor == "operator")));
    }

    [Fact]
    public async Task Readers_see_all_of_one_import_or_all_of_another()
    {
        await using var app = await StartAsync();
        var alice = await app.SignedInAsync("alice");
        var names = Enumerable.Range(0, 1200).Select(number => $"package-{number}").ToArray();
        await app.ImportedAsync(folder.Zip(names.Select((name, at) => Fresh(app, $"GHSA-{at}", name))));
        var second = folder.Lines(names.Select((name, at) => (Fresh(app, $"GHSA-{at}", name) with { Events = ["introduced 0", "fixed 5.0.0"] }).ToText()));
        List<string> seen = [];

        var importing = app.ImportedAsync(second);
        do
        {
            using var answer = await app.AuditAsync(alice, names.Select(name => $"{name}@1.0.0"));
            var found = await answer.ShouldBeAsync(HttpStatusCode.OK);
            Assert.Equal(names.Length, found.Count);
            seen.Add(Assert.Single(found.Select(package => (string)package.Value![0]!["vulnerable_versions"]!).Distinct()));
        }
        while (!importing.IsCompleted || seen[^1] == "<1.2.0");
        await importing;

        Assert.Equal(seen.Order(StringComparer.Ordinal), seen);
        Assert.Equal("<5.0.0", seen[^1]);
    }

    [Theory]
    [InlineData("nothing about npm")]
    [InlineData("damaged")]
    public async Task An_import_that_fails_leaves_the_one_before(string how)
    {
        await using var app = await StartAsync();
        var alice = await app.SignedInAsync("alice");
        await app.ImportedAsync(folder.Zip(Fresh(app, "GHSA-1", "a")));
        var path = folder.Zip(Enumerable.Range(0, 1500).Select(number => Fresh(app, $"GHSA-{number}", $"p{number}") with { Ecosystem = how == "damaged" ? "npm" : "Go" }));
        if (how == "damaged")
        {
            Damage(path);
        }

        var outcome = await app.ImportAsync(path);

        Assert.Contains("What was imported before stays.", (string?)outcome["error"], StringComparison.Ordinal);
        using var answer = await app.AuditAsync(alice, "a@1.0.0", "p1@1.0.0");
        Assert.Equal(["a"], (await answer.ShouldBeAsync(HttpStatusCode.OK)).Keys());
        await app.ImportedAsync(folder.Zip(Fresh(app, "GHSA-2", "b")));
        Assert.Equal(["b"], await PackagesAsync(app));
    }

    [Fact]
    public async Task What_another_node_wrote_among_it_is_not_shown()
    {
        await using var app = await StartAsync();
        var path = folder.Zip(Fresh(app, "GHSA-1", "a"));

        var outcome = await app.Services.GetRequiredService<ImportAdvisories>().RunAsync(path, new OtherNode(app), CancellationToken.None);

        Assert.Contains("Another import ran at the same time", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(0, await app.ReadAsync(db => db.AdvisoryImports.CountAsync()));
        await app.ImportedAsync(path);
        Assert.Equal(["a"], await PackagesAsync(app));
    }

    [Fact]
    public async Task What_is_not_there_is_told()
    {
        await using var app = await StartAsync();

        Assert.Contains("There is no /nowhere", (string?)(await app.ImportAsync("/nowhere"))["error"], StringComparison.Ordinal);
        Assert.Contains("Import what?", (string?)(await app.ImportAsync(""))["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_operator_sees_what_there_is_and_how_fresh()
    {
        await using var app = await StartAsync();
        using var before = await app.OperatorAsync(HttpMethod.Post, "/advisories/show", new JsonObject());
        await app.ImportedAsync(folder.Zip(Fresh(app, "GHSA-1", "a")));
        app.Clock.Advance(TimeSpan.FromDays(10));

        using var after = await app.OperatorAsync(HttpMethod.Post, "/advisories/show", new JsonObject());
        using var doctor = await app.OperatorAsync(HttpMethod.Post, "/doctor", new JsonObject());

        Assert.Contains("No advisories were imported", await before.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("10 days ago: audits are answered with a notice", await after.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("warning  Advisories are known until", await doctor.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<RegistryApp> StartAsync() => await RegistryApp.StartAsync(await DatabaseAsync());

    private static OsvDocument Fresh(RegistryApp app, string id, string package) => new(id, package) { Modified = app.Clock.GetUtcNow().AddHours(-1).ToString("O") };

    private static async Task<IEnumerable<string>> PackagesAsync(RegistryApp app) =>
        (await app.ReadAsync(db => db.Advisories.Select(row => row.Package).ToListAsync())).Order();

    /// <summary>Writes under the same number meanwhile.</summary>
    private sealed class OtherNode(RegistryApp app) : IProgress<Progress>
    {
        public void Report(Progress value) => app.Services.GetRequiredService<CommitQueue>().RunAsync((commit, _) =>
        {
            commit.Db.Advisories.Add(new AdvisoryRow { Import = 1, Advisory = "GHSA-9", Package = "z", VulnerableVersions = "*", Json = "{}" });
            return Task.FromResult(true);
        }, CancellationToken.None).GetAwaiter().GetResult();
    }

    // In the bytes of a late entry: what is before it has been read and written by then.
    private static void Damage(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var late = bytes.AsSpan().IndexOf("GHSA-1400.json"u8);
        bytes.AsSpan(late + 20, 200).Fill(0xff);
        File.WriteAllBytes(path, bytes);
    }
}

public sealed class SqliteAdvisoryImportTests : AdvisoryImport
{
    private protected override Task<string[]> DatabaseAsync() => Task.FromResult<string[]>([]);
}

public sealed class PostgresAdvisoryImportTests(PostgresCluster cluster) : AdvisoryImport
{
    private protected override async Task<string[]> DatabaseAsync() =>
        ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await cluster.CreateMigratedAsync()}"];
}
