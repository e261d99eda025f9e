using Assay.EndToEnd.Clients;
using Assay.EndToEnd.Harness;
using Microsoft.Data.Sqlite;

namespace Assay.EndToEnd.Provenance;

/// <summary><c>pnpm audit signatures</c>, which asks nobody but the registry.</summary>
public sealed class AuditSignaturesTests
{
    private const string Package = "@acme/signed";

    [Fact]
    public async Task Pnpm_verifies_what_it_installed()
    {
        await using var world = await World.StartAsync();
        using var pnpm = await PackageManager.ForScopeAsync(PinnedClient.Pnpm, world.Server.Url, world.MemberToken);
        using var app = await InstalledAsync(world, pnpm);

        (await pnpm.RunAsync(app.Path, "audit", "signatures")).ShouldSucceed();
    }

    [Theory]
    [InlineData("""UPDATE "Versions" SET "Signature" = (SELECT "Signature" FROM "Versions" WHERE "Version" = '2.0.0') WHERE "Version" = '1.0.0'""")]
    [InlineData("""UPDATE "Versions" SET "Signature" = NULL, "SignatureKeyId" = NULL WHERE "Version" = '1.0.0'""")]
    public async Task Pnpm_sees_a_signature_of_another_version_and_a_removed_one(string tampering)
    {
        await using var world = await World.StartAsync();
        using var pnpm = await PackageManager.ForScopeAsync(PinnedClient.Pnpm, world.Server.Url, world.MemberToken);
        using var app = await InstalledAsync(world, pnpm);
        await world.Server.StopAsync();
        await TamperAsync(world, tampering);
        await world.RestartAsync();

        var audit = await pnpm.RunAsync(app.Path, "audit", "signatures");

        Assert.NotEqual(0, audit.ExitCode);
        Assert.Contains(Package, audit.Printed, StringComparison.Ordinal);
    }

    private static async Task<App> InstalledAsync(World world, PackageManager pnpm)
    {
        await world.PublishedByMemberAsync(Package, "2.0.0", "1.0.0");
        var app = App.DependingOn(Package);
        (await pnpm.RunAsync(app.Path, "install")).ShouldSucceed();

        return app;
    }

    private static async Task TamperAsync(World world, string sql)
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(world.Server.Data, "registry.db")};Pooling=False");
        await database.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = database.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }
}
