using System.Net;
using System.Text.Json.Nodes;
using Assay.CiSimulator;
using Assay.Server.Data;
using Assay.Server.Tests.Fixtures;
using Assay.Server.Tests.TrustedPublishing.Fixtures;
using Assay.Server.Tests.Upstream.Advisories;
using Assay.Trust.Providers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Assay.Server.Tests.Data;

/// <summary>Data of an older format, written as that version wrote it, is brought to the present one and means the same.</summary>
public abstract class MigrationTests : IAsyncLifetime
{
    private const string Rules =
        """{"fields":{"repository":["octo-org/octo-repo"],"workflow":["publish.yml"],"callee":["same-repository"],"events":["push","release","workflow_dispatch"]},"gate":"proved","pins":{"repository_id":"74","repository_owner_id":"65"}}""";

    private CiSimulatorHost ci = null!;

    private protected DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("assay-migration-");

    [Fact]
    public async Task Policies_of_the_first_format_still_grant_and_its_publish_tokens_are_gone()
    {
        var (source, configuration) = await NewDatabaseAsync();
        await using (var old = source.OpenForWriting())
        {
            await old.GetService<IMigrator>().MigrateAsync("First");
            await FillAsync(old);
            await DatabaseFormat.MigrateAsync(old, TimeProvider.System, CancellationToken.None);
        }

        await using var app = await RegistryApp.StartAsync(configuration, Folder.FullName);

        foreach (var package in new[] { "@acme/hello", "hello" })
        {
            await PublishAsync(app, package, "1.0.0");
        }
        using var stranger = await app.SendAsync(
            HttpMethod.Post, TrustWorld.ExchangePath("@acme/hello"), ci.MintGithub(new JsonObject { ["repository_id"] = "75" }));
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        await using var db = source.Open();
        var rows = await db.TrustPolicies.OrderBy(row => row.Id).ToListAsync();
        Assert.Equal(["@acme/hello", "hello"], rows.Select(row => row.Target));
        Assert.Equal(["@acme", ""], rows.Select(row => row.Scope));
        Assert.Equal(["@acme", null], await db.Packages.OrderBy(row => row.Id).Select(row => row.Scope).ToListAsync());
        Assert.All(rows, row => Assert.Equal((false, "allow", "publish", 1), (row.IsPattern, row.Effect, row.Actions, row.CreatedBy)));
        Assert.All(rows, row => Assert.Equal((row.CreatedAt, null), (row.EffectiveAt, row.EndsAt)));
        Assert.Equal(["@acme/hello", "hello"], (await db.PublishTokens.Select(row => row.Names).ToListAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Audits_are_answered_from_the_advisories_that_were_there()
    {
        var (source, configuration) = await NewDatabaseAsync();
        await using (var old = source.OpenForWriting())
        {
            await old.GetService<IMigrator>().MigrateAsync("Everyday");
            await FillAdvisoriesAsync(old);
            await DatabaseFormat.MigrateAsync(old, TimeProvider.System, CancellationToken.None);
        }

        await using var app = await RegistryApp.StartAsync(configuration, Folder.FullName);
        var alice = await app.SignedInAsync("alice");
        using var answer = await app.AuditAsync(alice, "lodash@1.0.0", "@acme/x@1.0.0", "left-over@1.0.0");

        Assert.Equal(["@acme/x", "lodash"], (await answer.ShouldBeAsync(HttpStatusCode.OK)).Keys().Order(StringComparer.Ordinal));
        await using var db = source.Open();
        Assert.Equal(
            [(7, "lodash"), (7, "@acme/x"), (8, "left-over")],
            (await db.Advisories.OrderBy(row => row.Id).ToListAsync()).Select(row => (row.Import, row.Package)));
    }

    public async ValueTask InitializeAsync() => ci = await CiSimulatorHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await ci.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected abstract Task<(RegistryDbSource Source, string[] Configuration)> NewDatabaseAsync();

    /// <summary>A person, an issuer, two reserved packages with a policy each, and a publish token under way.</summary>
    private async Task FillAsync(RegistryDb db)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var issuer = ci.Github.OriginalString;
        var digest = ProviderCatalog.Shipped.Find("github")!.Digest;
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO "State" ("Id", "Revision", "CreatedAt") VALUES (1, 0, {now})
            """);
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO "People" ("Id", "Name", "Email", "PasswordHash", "IsAdministrator", "CreatedAt") VALUES (1, 'root', 'root@example.test', '', {true}, {now})
            """);
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO "IssuerBindings" ("Id", "ProviderId", "Issuer", "EnabledIssuer", "Names", "Constants", "AllowedAddresses", "InsecureHttp", "DefinitionDigest", "CreatedAt")
            VALUES ('github', 'github', {issuer}, {issuer}, '*', '', '', {true}, {digest}, {now})
            """);
        foreach (var (id, package) in new[] { (1, "@acme/hello"), (2, "hello") })
        {
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO "Packages" ("Id", "Name", "Access", "Revision", "CreatedAt", "ModifiedAt") VALUES ({id}, {package}, 'members', 0, {now}, {now})
                """);
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO "PackageOwners" ("PackageId", "PersonId") VALUES ({id}, 1)
                """);
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO "TrustPolicies" ("Id", "PackageId", "BindingId", "ProviderId", "Actions", "Rules", "ArmedAt", "Revision", "CreatedBy", "CreatedAt")
                VALUES ({$"policy-{id}"}, {id}, 'github', 'github', 'publish', {Rules}, {now}, 3, 1, {now})
                """);
        }
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO "PublishTokens" ("Hash", "PackageName", "Actions", "PolicyId", "PolicyRevision", "BindingId", "ProviderId", "ReplayKey", "DisplayName", "RunJson", "CreatedAt", "ExpiresAt")
            VALUES ({new byte[32]}, '@acme/hello', 'publish', 'policy-1', 3, 'github', 'github', {new byte[32]}, 'GitHub Actions', {"{}"}, {now}, {now + 900_000})
            """);
    }

    /// <summary>An import, and what an interrupted one after it left.</summary>
    private static async Task FillAdvisoriesAsync(RegistryDb db)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO "State" ("Id", "Revision", "CreatedAt") VALUES (1, 0, {now})
            """);
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO "AdvisoryImports" ("Id", "Source", "Advisories", "KnownUntil", "At") VALUES (7, 'all.zip', 2, {now}, {now})
            """);
        foreach (var (id, package) in new[] { (1, "7:lodash"), (2, "7:@acme/x"), (3, "8:left-over") })
        {
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO "Advisories" ("Id", "Advisory", "Package", "VulnerableVersions", "Json") VALUES ({id}, 'GHSA-1', {package}, '<1.2.0', {"{}"})
                """);
        }
    }

    private async Task PublishAsync(RegistryApp app, string package, string version)
    {
        using var exchanged = await app.SendAsync(HttpMethod.Post, TrustWorld.ExchangePath(package), ci.MintGithub());
        var token = (string)(await exchanged.ShouldBeAsync(HttpStatusCode.Created))["token"]!;
        using var published = await new TestPackage(package, version).PublishAsync(app, token);
        await published.ShouldBeAsync(HttpStatusCode.Created);
    }
}

public sealed class SqliteMigrationTests : MigrationTests
{
    private protected override Task<(RegistryDbSource Source, string[] Configuration)> NewDatabaseAsync() =>
        Task.FromResult((RegistryDbSource.Sqlite(Path.Combine(Folder.FullName, "registry.db")), Array.Empty<string>()));
}

public sealed class PostgresMigrationTests(PostgresCluster cluster) : MigrationTests
{
    private protected override async Task<(RegistryDbSource Source, string[] Configuration)> NewDatabaseAsync()
    {
        var connection = await cluster.CreateDatabaseAsync();
        return (RegistryDbSource.PostgreSql(connection), ["--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={connection}"]);
    }
}
