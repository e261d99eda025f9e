using System.Net;
using Assay.Server.Answers;
using Assay.Server.Audit;
using Assay.Server.Operations;
using Assay.Server.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Server.Tests.Operations;

/// <summary>What asks rows asks them on PostgreSQL as well.</summary>
public sealed class SharedDatabaseTests(PostgresCluster postgres)
{
    [Fact]
    public async Task Verification_and_garbage_collection_work_on_PostgreSql()
    {
        await using var app = await RegistryApp.StartAsync(
            ["--Assay:Blobs:CollectHours=0", "--Assay:Database:Engine=PostgreSql", $"--Assay:Database:ConnectionString={await postgres.CreateMigratedAsync()}"]);
        var alice = await BackupTests.PublishedAsync(app);
        var document = await app.PackumentAsync(alice, "@acme/x");
        document["versions"]!.AsObject().Remove("1.0.0");
        await (await app.PutAsync($"/@acme%2fx/-rev/{document["_rev"]}", alice, document)).ShouldBeAsync(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromHours(25));

        var garbage = await app.Services.GetRequiredService<CollectGarbage>().RunAsync(isDryRun: false, new Actor("test", ""), CancellationToken.None);
        var verified = await app.Services.GetRequiredService<VerifyRegistry>().RunAsync(new Progress<Progress>(), CancellationToken.None);

        Assert.Equal(1, garbage.Blobs);
        Assert.False(verified.Fails, string.Join('\n', verified.Lines));
    }
}
